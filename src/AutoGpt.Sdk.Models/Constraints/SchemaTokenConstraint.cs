namespace AutoGpt.Sdk.Models;

/// <summary>A place in a document of a compiled schema. The place itself is immutable, so that a fork costs one object.</summary>
internal sealed class SchemaTokenConstraint(MaskTable masks, AutomatonState state, bool hasEnded = false) : ITokenConstraint
{
    private AutomatonState _state = state;
    private bool _hasEnded = hasEnded;

    public bool IsComplete => _state.IsComplete;

    public bool MustEnd => _hasEnded || (_state.IsComplete && _state.Items.Length == 0);

    public ReadOnlyMemory<int> ForcedTokens => _hasEnded ? default : masks.ForcedOf(_state);

    public void FillMask(Span<ulong> allowed)
    {
        if (allowed.Length < masks.Vocabulary.MaskWords)
        {
            throw new ArgumentException($"A mask over {masks.Vocabulary.Size} ids needs {masks.Vocabulary.MaskWords} words, not {allowed.Length}.", nameof(allowed));
        }

        if (_hasEnded)
        {
            allowed.Clear();
        }
        else
        {
            masks.MaskOf(_state).CopyTo(allowed);
        }

        if (_state.IsComplete && masks.Vocabulary.EndOfText is { } end)
        {
            allowed[end >> 6] |= 1UL << end;
        }
    }

    public void Accept(int id)
    {
        if (id == masks.Vocabulary.EndOfText)
        {
            _hasEnded = _state.IsComplete ? true : throw new ArgumentException("The text cannot end here: the document is not complete.", nameof(id));
            return;
        }

        if ((uint)id >= (uint)masks.Vocabulary.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"Ids run from 0 to {masks.Vocabulary.Size - 1}.");
        }

        ReadOnlySpan<byte> bytes = masks.Vocabulary.BytesOf(id);
        AutomatonState next = bytes.IsEmpty || _hasEnded ? AutomatonState.Dead : _state;
        foreach (byte value in bytes)
        {
            next = next.Step(value, masks.Automaton);
        }

        _state = !ReferenceEquals(next, AutomatonState.Dead)
            ? next
            : throw new ArgumentException($"The token {id} cannot come here: it would break the schema, or is a control token.", nameof(id));
    }

    public ITokenConstraint Fork() => new SchemaTokenConstraint(masks, _state, _hasEnded);
}
