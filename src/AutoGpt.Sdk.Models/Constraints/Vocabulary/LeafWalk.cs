namespace AutoGpt.Sdk.Models;

/// <summary>
/// What the vocabulary can do inside one leaf, whatever follows it: the tokens that stay within it, and the trie nodes at which
/// it may be left. Most of a free string's mask is found so once for all places where such a string stands. Immutable.
/// </summary>
internal sealed class LeafWalk
{
    private LeafWalk(TokenSet tokens, int[] exits) => (Tokens, Exits) = (tokens, exits);

    public TokenSet Tokens { get; }

    /// <summary>Nodes with children at which the leaf accepts. Not the root: what follows a finished leaf is in the state as items of its own.</summary>
    public int[] Exits { get; }

    public static LeafWalk Create(TokenTrie trie, Leaf leaf, long start)
    {
        ulong[] bits = new ulong[trie.Words];
        List<int> exits = [];
        TrieNode[] nodes = trie.Nodes;
        long[] path = new long[trie.MaximumDepth + 1];
        path[0] = start;
        for (int i = 1; i < nodes.Length;)
        {
            ref readonly TrieNode node = ref nodes[i];
            long next = leaf.Step(path[node.Depth - 1], node.Value);
            if (next < 0)
            {
                i = node.Skip;
                continue;
            }

            trie.Mark(node, bits);
            if (node.Skip > i + 1 && leaf.Accepts(next))
            {
                exits.Add(i);
            }

            path[node.Depth] = next;
            i = leaf.Continues(next) ? i + 1 : node.Skip;
        }

        return new LeafWalk(new TokenSet(bits), [.. exits]);
    }
}
