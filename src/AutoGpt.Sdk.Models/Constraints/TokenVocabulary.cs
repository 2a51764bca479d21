using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Models;

/// <summary>The bytes of a tokenizer's tokens as a tree, so that a mask looks at each common beginning once. Immutable and thread-safe.</summary>
internal sealed class TokenVocabulary
{
    private static readonly ConditionalWeakTable<ITokenizer, TokenVocabulary> Known = [];

    private TokenVocabulary(ITokenizer tokenizer)
    {
        Size = tokenizer.VocabularySize;
        EndOfText = tokenizer.EndOfText;
        for (int id = 0; id < Size; id++)
        {
            ReadOnlySpan<byte> bytes = tokenizer.IsControl(id) ? [] : tokenizer.GetBytes(id).Span;
            LongestToken = Math.Max(LongestToken, bytes.Length);
            Node node = Root;
            foreach (byte value in bytes)
            {
                node = node.Child(value);
            }

            if (bytes.Length > 0)
            {
                node.Ids.Add(id);
            }
        }
    }

    public int Size { get; }

    public int? EndOfText { get; }

    /// <summary>Bytes of the longest token.</summary>
    public int LongestToken { get; }

    public Node Root { get; } = new(0);

    /// <summary>The tree of a tokenizer; built once.</summary>
    public static TokenVocabulary For(ITokenizer tokenizer) => Known.GetValue(tokenizer, known => new TokenVocabulary(known));

    internal sealed class Node(byte value)
    {
        public byte Value => value;

        /// <summary>The tokens that end here.</summary>
        public List<int> Ids { get; } = [];

        public List<Node> Children { get; } = [];

        public Node Child(byte next)
        {
            Node? child = Children.Find(each => each.Value == next);
            if (child is null)
            {
                Children.Add(child = new Node(next));
            }

            return child;
        }
    }
}
