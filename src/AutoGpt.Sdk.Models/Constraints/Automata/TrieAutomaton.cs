namespace AutoGpt.Sdk.Models;

/// <summary>A finite set of byte strings.</summary>
internal sealed class TrieAutomaton : ByteAutomaton
{
    private readonly List<Node> _nodes = [new()];

    public TrieAutomaton(IEnumerable<byte[]> words)
    {
        foreach (byte[] word in words)
        {
            int at = 0;
            foreach (byte value in word)
            {
                int next = _nodes[at].Find(value);
                if (next < 0)
                {
                    next = _nodes.Count;
                    _nodes.Add(new Node());
                    _nodes[at].Add(value, next);
                }

                at = next;
            }

            _nodes[at].IsEnd = true;
        }
    }

    public override long Start => 0;

    public override long Step(long state, byte value) => _nodes[(int)state].Find(value);

    public override bool IsAccepting(long state) => _nodes[(int)state].IsEnd;

    private sealed class Node
    {
        // Most nodes have one child; a list searched in order is smaller and faster than a dictionary.
        private readonly List<(byte Value, int Next)> _children = new(1);

        public bool IsEnd { get; set; }

        public int Find(byte value)
        {
            foreach ((byte edge, int next) in _children)
            {
                if (edge == value)
                {
                    return next;
                }
            }

            return -1;
        }

        public void Add(byte value, int next) => _children.Add((value, next));
    }
}
