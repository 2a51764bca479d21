namespace AutoGpt.Sdk.Models;

/// <summary>Cuts a text into atomic strings and pieces. The trainer and the tokenizer see a text through the same eyes.</summary>
internal sealed class TextSplitter(PreTokenization preTokenization, LiteralMatcher atomicStrings)
{
    /// <summary>What is done with a piece.</summary>
    public interface IPieceSink
    {
        /// <summary>Takes a piece of ordinary text.</summary>
        void Piece(ReadOnlySpan<char> text);

        /// <summary>Takes an atomic string.</summary>
        void Atomic(int id);
    }

    public void Split<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : IPieceSink, allows ref struct
    {
        while (!text.IsEmpty)
        {
            bool found = atomicStrings.TryFind(text, out int start, out int length, out int id);
            for (ReadOnlySpan<char> rest = text[..start]; !rest.IsEmpty;)
            {
                int piece = PieceScanner.FirstPiece(preTokenization, rest);
                sink.Piece(rest[..piece]);
                rest = rest[piece..];
            }

            if (found)
            {
                sink.Atomic(id);
            }

            text = text[(start + length)..];
        }
    }
}
