using System.Numerics.Tensors;

namespace AutoGpt.Sdk.Models;

/// <summary>Proposes what a smaller model says, greedily.</summary>
/// <param name="model">The smaller model.</param>
/// <param name="maxDraft">Tokens proposed at most.</param>
/// <param name="tokens">Tokens the text can come to have.</param>
internal sealed class DraftModelDrafter(ITokenModel model, int maxDraft, int tokens) : IDrafter
{
    private readonly ITokenContext _context = model.CreateContext(new ContextOptions { Capacity = Math.Min(model.Description.ContextLength ?? tokens, tokens) });
    private readonly List<int> _read = [];

    public int Longest => maxDraft;

    public async ValueTask<int> ProposeAsync(Generation generation, Memory<int> draft, CancellationToken cancellationToken)
    {
        int[] unread = Unread(generation.ContextSpan);
        if (_context.Length + unread.Length + draft.Length > _context.Capacity)
        {
            // Its window ends before the model's does.
            return 0;
        }

        for (int count = 0; count < draft.Length; count++)
        {
            Logits logits = await _context.AppendAsync(unread, LogitsWanted.Last, cancellationToken).ConfigureAwait(false);
            _read.AddRange(unread);
            int id = TensorPrimitives.IndexOfMax(logits.Row(0));
            if (id >= model.Tokenizer.VocabularySize)
            {
                return count;
            }

            draft.Span[count] = id;
            unread = [id];
        }

        return draft.Length;
    }

    public void Observe(int proposed, int accepted)
    {
    }

    public void Dispose() => _context.Dispose();

    // What it proposed and was not taken is forgotten.
    private int[] Unread(ReadOnlySpan<int> text)
    {
        int common = Math.Min(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_read).CommonPrefixLength(text), text.Length - 1);
        _context.Rewind(common);
        _read.RemoveRange(common, _read.Count - common);
        return text[common..].ToArray();
    }
}
