namespace AutoGpt.Sdk.Models;

/// <summary>A document on its way through a schema's grammar.</summary>
internal sealed class JsonSchemaConstraint : ITokenConstraint
{
    private readonly TokenMasks _masks;
    private readonly ITokenizer _tokenizer;
    private List<GrammarState> _states;
    private List<GrammarState> _spare = [];

    public JsonSchemaConstraint(GrammarNode start, ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _masks = new TokenMasks(TokenVocabulary.For(tokenizer));
        _states = [];
        GrammarStates.Begin(start, _states);
    }

    private JsonSchemaConstraint(JsonSchemaConstraint other)
    {
        _tokenizer = other._tokenizer;
        _masks = other._masks;
        _states = [.. other._states];
    }

    public bool IsComplete => _states.Exists(state => state.Node is GrammarNode.End);

    public bool MustEnd => _states.TrueForAll(state =>
        state.Node is GrammarNode.End || (state.Node is GrammarNode.Run run && !run.Automaton.CanContinue(state.Position)));

    public void FillMask(Span<ulong> allowed) => _masks.Fill(_states, IsComplete, allowed);

    public void Accept(int id)
    {
        ReadOnlySpan<byte> bytes = _tokenizer.IsControl(id) ? [] : _tokenizer.GetBytes(id).Span;
        List<GrammarState> before = [.. _states];
        foreach (byte value in bytes)
        {
            GrammarStates.Step(_states, value, _spare);
            (_states, _spare) = (_spare, _states);
        }

        if (bytes.IsEmpty || _states.Count == 0)
        {
            _states = before;
            throw new ArgumentException($"The token {id} cannot follow here.", nameof(id));
        }
    }

    public ITokenConstraint Fork() => new JsonSchemaConstraint(this);
}
