namespace AutoGpt.Sdk.Models;

/// <summary>
/// The vocabulary as a trie over bytes, flattened in preorder: a walk is one pass over an array that jumps over the subtrees
/// it does not enter. Immutable and thread-safe.
/// </summary>
internal sealed class TokenTrie
{
    private readonly int[] _sameBytes;

    private TokenTrie(TrieNode[] nodes, int[] sameBytes, int words, int maximumDepth) =>
        (Nodes, _sameBytes, Words, MaximumDepth) = (nodes, sameBytes, words, maximumDepth);

    /// <summary>The nodes; the first is the root.</summary>
    public TrieNode[] Nodes { get; }

    /// <summary>Words of a mask over the vocabulary.</summary>
    public int Words { get; }

    /// <summary>Bytes of the longest token.</summary>
    public int MaximumDepth { get; }

    public static TokenTrie Build(IReadOnlyList<ReadOnlyMemory<byte>> tokens)
    {
        int[] sameBytes = new int[tokens.Count];
        int[] order = [.. Enumerable.Range(0, tokens.Count).Where(i => tokens[i].Length > 0)];
        Array.Sort(order, (a, b) => tokens[a].Span.SequenceCompareTo(tokens[b].Span) is not 0 and var o ? o : a.CompareTo(b));
        List<TrieNode> nodes = [new TrieNode(0, -1, 0, 0)];
        List<int> path = [0];
        int previous = -1;
        foreach (int id in order)
        {
            ReadOnlySpan<byte> bytes = tokens[id].Span;
            int shared = previous < 0 ? 0 : bytes.CommonPrefixLength(tokens[previous].Span);
            if (previous >= 0 && shared == bytes.Length && shared == tokens[previous].Length)
            {
                // A second id with the same bytes hangs on the first.
                int at = path[^1];
                sameBytes[id] = nodes[at].Token + 1;
                nodes[at] = nodes[at] with { Token = id };
                previous = id;
                continue;
            }

            Close(shared);
            for (int depth = shared; depth < bytes.Length; depth++)
            {
                path.Add(nodes.Count);
                nodes.Add(new TrieNode(0, depth + 1 == bytes.Length ? id : -1, depth + 1, bytes[depth]));
            }

            previous = id;
        }

        Close(-1);
        return new TokenTrie([.. nodes], sameBytes, (tokens.Count + 63) / 64, nodes.Max(n => n.Depth));

        void Close(int depth)
        {
            while (path.Count > depth + 1)
            {
                nodes[path[^1]] = nodes[path[^1]] with { Skip = nodes.Count };
                path.RemoveAt(path.Count - 1);
            }
        }
    }

    /// <summary>The node of a byte string, or −1 where no token begins with it.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        foreach (byte value in bytes)
        {
            int child = at + 1;
            while (child < Nodes[at].Skip && Nodes[child].Value != value)
            {
                child = Nodes[child].Skip;
            }

            if (child >= Nodes[at].Skip)
            {
                return -1;
            }

            at = child;
        }

        return at;
    }

    /// <summary>Sets the bits of a node's tokens.</summary>
    public void Mark(in TrieNode node, Span<ulong> bits)
    {
        for (int id = node.Token; id >= 0; id = _sameBytes[id] - 1)
        {
            bits[id >> 6] |= 1UL << id;
        }
    }

    /// <summary>Sets the bits of all tokens below a node that lead from a state to another.</summary>
    public void Walk(int from, AutomatonState start, ByteAutomaton automaton, Span<ulong> bits)
    {
        if (start.Items.Length == 0)
        {
            return;
        }

        TrieNode[] nodes = Nodes;
        int end = nodes[from].Skip;
        int baseDepth = nodes[from].Depth;
        AutomatonState[] path = System.Buffers.ArrayPool<AutomatonState>.Shared.Rent(MaximumDepth + 1);
        path[0] = start;
        for (int i = from + 1; i < end;)
        {
            ref readonly TrieNode node = ref nodes[i];
            int depth = node.Depth - baseDepth;
            AutomatonState next = path[depth - 1].Step(node.Value, automaton);
            if (!ReferenceEquals(next, AutomatonState.Dead))
            {
                if (node.Token >= 0)
                {
                    Mark(node, bits);
                }

                if (next.Items.Length > 0)
                {
                    path[depth] = next;
                    i++;
                    continue;
                }
            }

            i = node.Skip;
        }

        System.Buffers.ArrayPool<AutomatonState>.Shared.Return(path, clearArray: true);
    }
}

/// <summary>A node: where the next subtree begins, its last id or −1, its depth, and the byte that leads to it.</summary>
internal readonly record struct TrieNode(int Skip, int Token, int Depth, byte Value);
