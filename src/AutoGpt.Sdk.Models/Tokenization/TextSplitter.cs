namespace AutoGpt.Sdk.Models;

/// <summary>Cuts a text into atomic strings and pieces. The trainer and the tokenizer see a text through the same eyes.</summary>
internal sealed class TextSplitter(PreTokenization preTokenization, LiteralMatcher atomicStrings)
{
    private readonly PieceScanner.FirstPiece[] _stages = PieceScanner.Stages(preTokenization);

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
            Cut(text[..start], ref sink);
            if (found)
            {
                sink.Atomic(id);
            }

            text = text[(start + length)..];
        }
    }

    /// <summary>Cuts text in which atomic strings were looked for already.</summary>
    public void Cut<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : IPieceSink, allows ref struct => Cut(text, 0, ref sink);

    private void Cut<TSink>(ReadOnlySpan<char> text, int stage, ref TSink sink)
        where TSink : IPieceSink, allows ref struct
    {
        while (!text.IsEmpty)
        {
            int length = _stages[stage](text);
            if (stage + 1 < _stages.Length)
            {
                Cut(text[..length], stage + 1, ref sink);
            }
            else
            {
                sink.Piece(text[..length]);
            }

            text = text[length..];
        }
    }
}
