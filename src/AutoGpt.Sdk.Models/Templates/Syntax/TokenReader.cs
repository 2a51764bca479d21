namespace AutoGpt.Sdk.Models;

/// <summary>Goes through a template's tokens, and knows which names the template itself gives values.</summary>
internal sealed class TokenReader(string source)
{
    // Deeper than any template that people wrote; the parser recurses.
    private const int MaximumNesting = 100;

    private readonly List<TemplateToken> _tokens = TemplateLexer.Tokenize(source);
    private readonly List<CallExpression> _calls = [];
    private readonly HashSet<string> _assigned = new(StringComparer.Ordinal);
    private int _at;
    private int _nesting;

    public TemplateToken Current => _tokens[_at];

    public TemplateToken Following => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    public TemplateToken Take()
    {
        TemplateToken token = Current;
        _at = Math.Min(_at + 1, _tokens.Count - 1);
        return token;
    }

    public bool TryTakeName(string name)
    {
        bool isIt = Current.IsName(name);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    public bool TryTakeOperator(string text)
    {
        bool isIt = Current.IsOperator(text);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    public void ExpectOperator(string text)
    {
        if (!TryTakeOperator(text))
        {
            throw Error(Current, $"'{text}' is expected, not {Current.Shown}.");
        }
    }

    public TemplateToken Expect(TemplateTokenKind kind, string shown) =>
        Current.Kind == kind ? Take() : throw Error(Current, $"{shown} is expected, not {Current.Shown}.");

    /// <summary>A name that is given a value.</summary>
    public TemplateToken ExpectNewName()
    {
        TemplateToken token = Expect(TemplateTokenKind.Name, "a name");
        if (ExpressionParser.IsReserved(token.Text))
        {
            throw Error(token, $"'{token.Text}' is reserved and cannot be given a value.");
        }

        _assigned.Add(token.Text);
        return token;
    }

    public CallExpression Called(CallExpression call)
    {
        _calls.Add(call);
        return call;
    }

    /// <summary>Refuses calls of what is neither a function of the language nor something the template defines.</summary>
    public void RequireKnownCalls()
    {
        if (_calls.Find(call => !TemplateFunctions.Has(call.Name) && !_assigned.Contains(call.Name) && call.Name != "caller") is { } unknown)
        {
            throw ChatTemplateException.At(source, unknown.Offset, $"the function '{unknown.Name}' is not supported.");
        }
    }

    public void Enter(int offset)
    {
        if (++_nesting > MaximumNesting)
        {
            throw ChatTemplateException.At(source, offset, $"it is nested more than {MaximumNesting} levels deep.");
        }
    }

    public void Leave() => _nesting--;

    public ChatTemplateException Error(TemplateToken token, string problem) => ChatTemplateException.At(source, token.Offset, problem);
}
