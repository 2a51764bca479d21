using System.Runtime.CompilerServices;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Lists completions: completes greedily, noting at every token the next best ones, then goes back to the most probable of those and completes greedily
/// from there. One context is rewound from one to the next, so that each costs the tokens after the one at which it parts.
/// </summary>
internal sealed class CandidateSearch(CausalLanguageModel model, GenerationOptions options, IReadOnlyList<PromptSection> sections, ReadOnlyMemory<int> prompt)
{
    // Of each token. What is less probable than these would hardly be met in a list of dozens.
    private const int Alternatives = 3;

    private readonly PriorityQueue<Branch, double> _branches = new();
    private readonly ITokenConstraint? _start = model.Constrain(options, sections);
    private readonly ulong[] _left = new ulong[(model.Config.VocabularySize + 63) / 64];
    private readonly List<int> _read = [];

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
            Completion candidate = await Task.Run(() => CompleteAsync(context, branch, cancellationToken), cancellationToken).ConfigureAwait(false);
            generated += candidate.Tokens.Count - branch.Kept;
            // Tokens can spell one text in several ways.
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

        double logProbability = branch.LogProbability;
        while (update?.Finish is null)
        {
            Logits logits = await ReadAsync(context, tokens, cancellationToken).ConfigureAwait(false);
            GeneratedToken token = generation.Choose(logits.Row(0));
            NoteAlternatives(logits.Row(0), generation.Allowed, token.Id, tokens, logProbability);
            logProbability += LogProbabilities.Of(logits.Row(0), token.Id, generation.Allowed);
            Append(token);
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

    private void NoteAlternatives(ReadOnlySpan<float> logits, ReadOnlySpan<ulong> allowed, int chosen, List<GeneratedToken> tokens, double logProbability)
    {
        if (allowed.IsEmpty)
        {
            _left.AsSpan().Fill(ulong.MaxValue);
        }
        else
        {
            allowed.CopyTo(_left);
        }

        int ruledOut = chosen;
        for (int rank = 0; rank < Alternatives; rank++)
        {
            _left[ruledOut >> 6] &= ~(1UL << (ruledOut & 63));
            int best = Best(logits);
            if (best < 0)
            {
                return;
            }

            GeneratedToken alternative = options.LogProbabilities
                ? new GeneratedToken(best, LogProbabilities.Of(logits, best), LogProbabilities.Of(logits, best, _left))
                : new GeneratedToken(best);
            double total = logProbability + LogProbabilities.Of(logits, best, allowed);
            _branches.Enqueue(new Branch(tokens, tokens.Count, alternative, total), -total);
            ruledOut = best;
        }
    }

    private int Best(ReadOnlySpan<float> logits)
    {
        int best = -1;
        for (int id = 0; id < logits.Length; id++)
        {
            if ((_left[id >> 6] & (1UL << (id & 63))) != 0 && !float.IsNegativeInfinity(logits[id]) && (best < 0 || logits[id] > logits[best]))
            {
                best = id;
            }
        }

        return best;
    }

    /// <summary>Where a completion parts from another: after some of its tokens, with a token of its own.</summary>
    private sealed record Branch(List<GeneratedToken> From, int Kept, GeneratedToken? Next, double LogProbability)
    {
        public IEnumerable<GeneratedToken> Tokens => Next is { } next ? From.Take(Kept).Append(next) : [];
    }
}
