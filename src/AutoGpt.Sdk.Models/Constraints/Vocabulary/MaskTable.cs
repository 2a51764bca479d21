using System.Collections.Concurrent;

namespace AutoGpt.Sdk.Models;

/// <summary>The masks of one automaton over one vocabulary, found when first asked for and kept. Thread-safe.</summary>
internal sealed class MaskTable(ByteAutomaton automaton, TokenVocabulary vocabulary)
{
    private const int CacheLimit = 4096;

    private readonly ConcurrentDictionary<AutomatonState, TokenSet> _masks = new();
    private readonly ConcurrentDictionary<(Leaf, long), LeafWalk> _walks = new();
    private readonly ConcurrentDictionary<AutomatonState, int[]> _forced = new();

    public ByteAutomaton Automaton => automaton;

    public TokenVocabulary Vocabulary => vocabulary;

    /// <summary>The tokens that may follow, without the end of the text.</summary>
    public TokenSet MaskOf(AutomatonState state)
    {
        if (_masks.TryGetValue(state, out TokenSet? mask))
        {
            return mask;
        }

        AutomatonState representative = RepresentativeOf(state);
        mask = ReferenceEquals(representative, state) ? Compute(state) : MaskOf(representative);
        if (_masks.Count >= CacheLimit)
        {
            _masks.Clear();
        }

        _masks[state] = mask;
        return mask;
    }

    /// <summary>The tokens of what must come next; see <see cref="ITokenConstraint.ForcedTokens"/>.</summary>
    public int[] ForcedOf(AutomatonState state)
    {
        if (state.OnlyByte < 0)
        {
            return [];
        }

        if (_forced.TryGetValue(state, out int[]? forced))
        {
            return forced;
        }

        if (_forced.Count >= CacheLimit)
        {
            _forced.Clear();
        }

        return _forced.GetOrAdd(state, ForcedText.Tokens(state, automaton, vocabulary));
    }

    private AutomatonState RepresentativeOf(AutomatonState state)
    {
        Item[]? replaced = null;
        for (int i = 0; i < state.Items.Length; i++)
        {
            Item item = state.Items[i];
            long representative = item.Leaf.Representative(item.State, vocabulary.Trie.MaximumDepth);
            if (representative != item.State)
            {
                replaced ??= (Item[])state.Items.Clone();
                replaced[i] = item with { State = representative };
            }
        }

        return replaced is null ? state : automaton.StateOf(replaced, state.IsComplete);
    }

    private TokenSet Compute(AutomatonState state)
    {
        ulong[] bits = new ulong[vocabulary.MaskWords];

        // Literals are few bytes each and are walked together; other leaves have walks of their own.
        Item[] literals = [.. state.Items.Where(i => i.Leaf is LiteralLeaf)];
        vocabulary.Trie.Walk(0, literals.Length == state.Items.Length ? state : automaton.StateOf(literals, false), automaton, bits);
        foreach (Item item in state.Items)
        {
            if (item.Leaf is not LiteralLeaf)
            {
                LeafWalk walk = vocabulary.FindShared(item.Leaf, item.State) ?? FindWalk(item.Leaf, item.State);
                walk.Tokens.AddTo(bits);
                AutomatonState after = automaton.Begin(item.Rest);
                foreach (int exit in walk.Exits)
                {
                    vocabulary.Trie.Walk(exit, after, automaton, bits);
                }
            }
        }

        return new TokenSet(bits);
    }

    private LeafWalk FindWalk(Leaf leaf, long state)
    {
        if (_walks.TryGetValue((leaf, state), out LeafWalk? walk))
        {
            return walk;
        }

        if (_walks.Count >= CacheLimit)
        {
            _walks.Clear();
        }

        return _walks.GetOrAdd((leaf, state), LeafWalk.Create(vocabulary.Trie, leaf, state));
    }
}
