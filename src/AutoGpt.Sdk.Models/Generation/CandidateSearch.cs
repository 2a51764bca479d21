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

    // The texts, byte for byte, up to each token of what was completed: whatever follows one of them has its place in the list already.
    private readonly HashSet<string> _begun = [];
    private int _noted;

    public async IAsyncEnumerable<Completion> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int capacity = (int)Math.Min((long)prompt.Length + options.MaxTokens, model.Config.ContextLength);
        using ITokenContext context = model.CreateContext(new ContextOptions { Capacity = capacity });
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

    private async Task<Completion> CompleteAsync(ITokenContext context, Branch branch, CancellationToken cancellationToken)
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
            Logits logits = await ReadAsync(context, tokens, cancellationToken).ConfigureAwait(false);
            GeneratedToken token = generation.Choose(logits.Row(0));
            logProbability = NoteAlternatives(logits.Row(0), generation.Allowed, token.Id, tokens, logProbability);
            Append(token);
            bytes += Bytes(token.Id);
            _begun.Add(bytes);
        }

        return new Completion(text.ToString(), tokens, update.Finish.Value, default);

        void Append(GeneratedToken token)
        {
            update = generation.Append(token, isFull: prompt.Length + tokens.Count == model.Config.ContextLength);
            text.Append(update.Text);
            tokens.Add(token);
        }
    }

    /// <summary>Reads what the context has not read of prompt and tokens, after forgetting what it read of others.</summary>
    private async Task<Logits> ReadAsync(ITokenContext context, List<GeneratedToken> tokens, CancellationToken cancellationToken)
    {
        if (context.Length == 0)
        {
            return await context.AppendAsync(prompt, LogitsWanted.Last, cancellationToken).ConfigureAwait(false);
        }

        int common = 0;
        while (common < _read.Count && common < tokens.Count && _read[common] == tokens[common].Id)
        {
            common++;
        }

        context.Rewind(prompt.Length + common);
        _read.RemoveRange(common, _read.Count - common);
        int[] unread = [.. tokens.Skip(common).Select(token => token.Id)];
        Logits logits = await context.AppendAsync(unread, LogitsWanted.Last, cancellationToken).ConfigureAwait(false);
        _read.AddRange(unread);
        return logits;
    }

    /// <returns>The log-probability of the tokens and the one chosen after them, among what was allowed at each.</returns>
    private double NoteAlternatives(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, int chosen, List<GeneratedToken> tokens, double logProbability)
    {
        Span<int> best = stackalloc int[Alternatives + 1];
        best[0] = chosen;
        int count = 1;
        double highest = logits[chosen];
        for (int id = 0; id < logits.Length; id++)
        {
            if (id == chosen || float.IsNegativeInfinity(logits[id]) || (!allowed.IsEmpty && (allowed[id >> 6] & (1UL << (id & 63))) == 0))
            {
                continue;
            }

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
        Span<double> left = stackalloc double[count];
        double sum = Others(logits, allowed, best[..count], highest);
        for (int rank = count - 1; rank >= 0; rank--)
        {
            sum += Math.Exp(logits[best[rank]] - highest);
            left[rank] = sum;
        }

        double unconstrained = options.LogProbabilities ? logits[chosen] - LogProbabilities.Of(logits, chosen) : 0;
        for (int rank = 1; rank < count; rank++)
        {
            int id = best[rank];
            double total = logProbability + logits[id] - highest - Math.Log(sum);
            GeneratedToken alternative = options.LogProbabilities
                ? new GeneratedToken(id, logits[id] - unconstrained, logits[id] - highest - Math.Log(left[rank]))
                : new GeneratedToken(id);
            _branches.Enqueue(new Branch(tokens, tokens.Count, alternative, total), (-total, _noted++));
        }

        return logProbability + logits[chosen] - highest - Math.Log(sum);
    }

    private static double Others(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, ReadOnlySpan<int> best, double highest)
    {
        double sum = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            if ((allowed.IsEmpty || (allowed[id >> 6] & (1UL << (id & 63))) != 0) && !best.Contains(id))
            {
                sum += Math.Exp(logits[id] - highest);
            }
        }

        return sum;
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
