using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Which tokens may follow a set of states. Masks are kept: inside a string, one token after the other meets the same mask. Thread-safe.
/// </summary>
internal sealed class TokenMasks(TokenVocabulary vocabulary)
{
    // Masks that are kept; at a vocabulary of 50,000 each is 6 kB.
    private const int Kept = 1024;

    private readonly ConcurrentDictionary<string, ulong[]> _known = new(StringComparer.Ordinal);

    public void Fill(List<GrammarState> states, bool mayEnd, Span<ulong> allowed)
    {
        string key = Key(states);
        if (!_known.TryGetValue(key, out ulong[]? mask))
        {
            mask = Compute(states);
            if (_known.Count < Kept)
            {
                _known.TryAdd(key, mask);
            }
        }

        allowed.Clear();
        mask.CopyTo(allowed);
        if (mayEnd && vocabulary.EndOfText is int end)
        {
            allowed[end >> 6] |= 1UL << (end & 63);
        }
    }

    private string Key(List<GrammarState> states)
    {
        StringBuilder key = new();
        foreach (GrammarState state in states)
        {
            long position = state.Node is GrammarNode.Run run ? run.Automaton.Canonical(state.Position, vocabulary.LongestToken) : state.Position;
            key.Append(state.Node.Id).Append(':').Append(position);
            for (GrammarStack? frame = state.Stack; frame is not null; frame = frame.Below)
            {
                key.Append('/').Append(frame.Return.Id);
            }

            key.Append(' ');
        }

        return key.ToString();
    }

    private ulong[] Compute(List<GrammarState> states)
    {
        ulong[] mask = new ulong[(vocabulary.Size + 63) / 64];
        List<List<GrammarState>> levels = [.. Enumerable.Range(0, vocabulary.LongestToken + 1).Select(_ => new List<GrammarState>())];
        Visit(vocabulary.Root, states, 0);
        return mask;

        void Visit(TokenVocabulary.Node node, List<GrammarState> here, int depth)
        {
            foreach (TokenVocabulary.Node child in CollectionsMarshal.AsSpan(node.Children))
            {
                List<GrammarState> next = levels[depth];
                GrammarStates.Step(here, child.Value, next);
                if (next.Count == 0)
                {
                    continue;
                }

                foreach (int id in child.Ids)
                {
                    mask[id >> 6] |= 1UL << (id & 63);
                }

                if (child.Children.Count > 0)
                {
                    Visit(child, next, depth + 1);
                }
            }
        }
    }
}
