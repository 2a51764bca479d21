using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Lists completions: completes greedily, noting at every token the next best ones, then goes back to the most probable of those and completes greedily
/// from there. One context is rewound from one to the next, so that each costs the tokens after the one at which it parts. One list, once through.
/// </summary>
internal sealed class CandidateSearch(CausalLanguageModel model, GenerationOptions options, IReadOnlyList<PromptSection> sections, ReadOnlyMemory<int> prompt)
{
    /// <summary>Of each token. What is less probable than these would hardly be met before a caller has enough.</summary>
    public const int Alternatives = 7;

    private readonly ITokenConstraint? _start = model.Constrain(options, sections);
    private readonly PriorityQueue<Branch, (double Improbable, int Noted)> _branches = new();
    private readonly List<int> _read = [];
    private readonly int[] _others = new int[model.Config.VocabularySize];

    // The texts, byte for byte, up to each token of what was completed: whatever follows one of them has its place in the list already.
    private readonly HashSet<string> _begun = [];
    private int _noted;
    private int _window;

    public async IAsyncEnumerable<Completion> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using AdapterUse adapter = model.Use(options);
        _window = adapter.Window;
        using PromptContext context = await model.OpenAsync(prompt, options.MaxTokens, adapter, cancellationToken).ConfigureAwait(false);
        HashSet<string> listed = [];
        int read = prompt.Length;
        int generated = 0;
        Branch? next = new([], 0, null, 0);
        do
        {
            Branch branch = next;
            // Tokens can spell one text in several ways.
            if (branch.Next is not null && _begun.Contains(Bytes(branch.Tokens)))
            {
                continue;
            }

            Completion candidate = await Task.Run(() => CompleteAsync(context, branch, cancellationToken), cancellationToken).ConfigureAwait(false);
            generated += candidate.Tokens.Count - branch.Kept;
            if (listed.Add(candidate.Text))
            {
                yield return candidate with { Usage = new TokenUsage(read, generated) };
                read = generated = 0;
            }
        }
        while (_branches.TryDequeue(out next, out _));
    }

    private async Task<Completion> CompleteAsync(PromptContext context, Branch branch, CancellationToken cancellationToken)
    {
        Generation generation = new(model, options, _start?.Fork(), prompt);
        StringBuilder text = new();
        List<GeneratedToken> tokens = [];
        GenerationUpdate? update = null;
        foreach (GeneratedToken token in branch.Tokens)
        {
            Append(token);
        }

        string bytes = Bytes(tokens);
        _begun.Add(bytes);
        double logProbability = branch.LogProbability;
        while (update?.Finish is null)
        {
            int room = Math.Min(context.Tokens.Capacity - prompt.Length - tokens.Count, generation.Remaining - 1);
            int[] known = generation.Known[..Math.Min(generation.Known.Length, room)].ToArray();
            bool all = known.Length > 0 && generation.WantsLogits;
            Logits logits = await ReadAsync(context, [.. tokens.Select(token => token.Id), .. known], known.Length, all, cancellationToken).ConfigureAwait(false);
            int before = tokens.Count;
            for (int index = 0; index < known.Length && update?.Finish is null; index++)
            {
                // Other tokens would spell the same text: there is nothing to part at.
                Choose(all ? logits.Row(logits.Rows - known.Length - 1 + index) : [], notes: false);
            }

            if (update?.Finish is null)
            {
                Choose(logits.Row(logits.Rows - 1), notes: true);
            }

            model.Counters.Step(tokens.Count - before, Math.Min(known.Length, tokens.Count - before), 0, 0);
        }

        return new Completion(text.ToString(), tokens, update.Finish.Value, default);

        void Choose(ReadOnlySpan<float> logits, bool notes)
        {
            bool isKnown = generation.Known.Length > 0;
            GeneratedToken token = generation.Choose(logits);
            logProbability = notes && !isKnown ? NoteAlternatives(logits, generation.Allowed, token, tokens, logProbability) : logProbability;
            Append(token);
            bytes += Bytes(token.Id);
            _begun.Add(bytes);
        }

        void Append(GeneratedToken token)
        {
            update = generation.Append(token, isFull: prompt.Length + tokens.Count == _window);
            text.Append(update.Text);
            tokens.Add(token);
        }
    }

    /// <summary>Reads what the context has not read of prompt and tokens, after forgetting what it read of others.</summary>
    /// <param name="context">The list's context.</param>
    /// <param name="tokens">The tokens behind the prompt.</param>
    /// <param name="known">How many of the last of them were not chosen yet.</param>
    /// <param name="all">Whether the logits before these are wanted too.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    private async Task<Logits> ReadAsync(PromptContext context, int[] tokens, int known, bool all, CancellationToken cancellationToken)
    {
        int read = Math.Min(context.Tokens.Length, prompt.Length + System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read).CommonPrefixLength(tokens));
        context.Tokens.Rewind(read);
        int[] unread = [.. prompt.Span[Math.Min(read, prompt.Length)..], .. tokens[Math.Max(read - prompt.Length, 0)..]];
        int ahead = unread.Length - known - 1;
        if (all && ahead > 0)
        {
            await context.Tokens.AppendAsync(unread.AsMemory(0, ahead), LogitsWanted.None, cancellationToken).ConfigureAwait(false);
            unread = unread[ahead..];
        }

        Logits logits = await context.Tokens.AppendAsync(unread, all ? LogitsWanted.All : LogitsWanted.Last, cancellationToken).ConfigureAwait(false);
        context.PromptRead();
        _read.Clear();
        _read.AddRange(tokens);
        return logits;
    }

    /// <returns>The log-probability of the tokens and the one chosen after them, among what was allowed at each.</returns>
    private double NoteAlternatives(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, GeneratedToken chosen, List<GeneratedToken> tokens, double logProbability)
    {
        ReadOnlySpan<int> others = Others(logits, allowed, chosen.Id);
        if (others.IsEmpty)
        {
            return logProbability;
        }

        Span<int> best = stackalloc int[Alternatives + 1];
        best[0] = chosen.Id;
        int count = 1;
        double highest = logits[chosen.Id];
        foreach (int id in others)
        {
            highest = Math.Max(highest, logits[id]);
            int place = count;
            while (place > 1 && logits[id] > logits[best[place - 1]])
            {
                place--;
            }

            if (place < best.Length)
            {
                count = Math.Min(count + 1, best.Length);
                best[place..(count - 1)].CopyTo(best[(place + 1)..]);
                best[place] = id;
            }
        }

        // From the least to the greatest, so that what is left after the greatest are ruled out is a sum and not a difference.
        double sum = 0;
        foreach (int id in others)
        {
            sum += best[..count].Contains(id) ? 0 : Math.Exp(logits[id] - highest);
        }

        Span<double> left = stackalloc double[count];
        for (int rank = count - 1; rank >= 0; rank--)
        {
            sum += Math.Exp(logits[best[rank]] - highest);
            left[rank] = sum;
        }

        for (int rank = 1; rank < count; rank++)
        {
            int id = best[rank];
            double total = logProbability + logits[id] - highest - Math.Log(sum);
            GeneratedToken alternative = chosen.LogProbability is { } known
                ? new GeneratedToken(id, known + logits[id] - logits[chosen.Id], logits[id] - highest - Math.Log(left[rank]))
                : new GeneratedToken(id);
            _branches.Enqueue(new Branch(tokens, tokens.Count, alternative, total), (-total, _noted++));
        }

        return logProbability + logits[chosen.Id] - highest - Math.Log(sum);
    }

    /// <summary>What could have been chosen instead.</summary>
    private ReadOnlySpan<int> Others(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, int chosen)
    {
        int count = 0;
        for (int word = 0; word << 6 < logits.Length; word++)
        {
            for (ulong left = allowed.IsEmpty ? ulong.MaxValue : allowed[word]; left != 0; left &= left - 1)
            {
                int id = (word << 6) + BitOperations.TrailingZeroCount(left);
                if (id < logits.Length && id != chosen && !float.IsNegativeInfinity(logits[id]))
                {
                    _others[count++] = id;
                }
            }
        }

        return _others.AsSpan(0, count);
    }

    private string Bytes(IEnumerable<GeneratedToken> tokens) => string.Concat(tokens.Select(token => Bytes(token.Id)));

    // A character a byte, and one that is no byte for the end, which is a choice of its own. A network may have more rows than its tokenizer has ids.
    private string Bytes(int id) =>
        id >= model.Tokenizer.VocabularySize || model.Tokenizer.IsControl(id) ? "\u0100" + (char)(0x200 + (id % 0x8000)) : Encoding.Latin1.GetString(model.Tokenizer.GetBytes(id).Span);

    /// <summary>Where a completion parts from another: after some of its tokens, with a token of its own.</summary>
    private sealed record Branch(List<GeneratedToken> From, int Kept, GeneratedToken? Next, double LogProbability)
    {
        public IEnumerable<GeneratedToken> Tokens => Next is { } next ? From.Take(Kept).Append(next) : [];
    }
}
