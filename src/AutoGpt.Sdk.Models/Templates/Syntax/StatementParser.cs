namespace AutoGpt.Sdk.Models;

/// <summary>A template's statements. What Jinja has beyond chat templates – includes, inheritance, extensions – is refused by its name.</summary>
internal sealed class StatementParser
{
    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;
    private readonly PostfixParser _postfix;
    private int _loops;

    private StatementParser(string source)
    {
        _reader = new TokenReader(source);
        _expressions = new ExpressionParser(_reader);
        _postfix = new PostfixParser(_reader, _expressions);
    }

    /// <exception cref="ChatTemplateException">The source is no template, or uses what this library does not have.</exception>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        StatementParser parser = new(source);
        List<Statement> statements = parser.ParseBody(TemplateTokenKind.End, null);
        parser._reader.RequireKnownCalls();
        return statements;
    }

    /// <summary>Statements up to a tag of one of the names, which is left to the caller with its <c>{%</c> taken; or to the end.</summary>
    private List<Statement> ParseBody(TemplateTokenKind last, string? owner, params ReadOnlySpan<string> ends)
    {
        List<Statement> statements = [];
        while (true)
        {
            TemplateToken token = _reader.Current;
            switch (token.Kind)
            {
                case TemplateTokenKind.Data:
                    statements.Add(new DataStatement(token.Offset, TextValue.Trusted(_reader.Take().Text)));
                    break;
                case TemplateTokenKind.OutputBegin:
                    _reader.Take();
                    statements.Add(new OutputStatement(token.Offset, _expressions.ParseTuple()));
                    _reader.Expect(TemplateTokenKind.OutputEnd, "'}}'");
                    break;
                case TemplateTokenKind.BlockBegin:
                    _reader.Take();
                    if (_reader.Current.Kind == TemplateTokenKind.Name && ends.Contains(_reader.Current.Text))
                    {
                        return statements;
                    }

                    _reader.Enter(token.Offset);
                    statements.Add(ParseStatement());
                    _reader.Leave();
                    break;
                case TemplateTokenKind.End when last == TemplateTokenKind.End:
                    return statements;
                default:
                    throw _reader.Error(token, $"the '{owner}' block does not end: {token.Shown} comes before its '{ends[^1]}'.");
            }
        }
    }

    private List<Statement> ParseBody(string owner, params ReadOnlySpan<string> ends) => ParseBody(TemplateTokenKind.BlockEnd, owner, ends);

    /// <summary>The body of a block that has one part.</summary>
    private List<Statement> ParseWhole(string owner)
    {
        EndTag();
        List<Statement> body = ParseBody(owner, "end" + owner);
        _reader.Take();
        EndTag();
        return body;
    }

    private void EndTag() => _reader.Expect(TemplateTokenKind.BlockEnd, "'%}'");

    private Statement ParseStatement()
    {
        TemplateToken tag = _reader.Expect(TemplateTokenKind.Name, "a statement");
        switch (tag.Text)
        {
            case "if":
                return ParseIf(tag.Offset);
            case "for":
                return ParseFor(tag.Offset);
            case "set":
                return ParseSet(tag.Offset);
            case "macro":
                return ParseMacro(tag.Offset);
            case "call":
                return ParseCall(tag.Offset);
            case "filter":
                return new FilterStatement(tag.Offset, ParseFilterChain(), ParseWhole("filter"));
            case "with":
                return ParseWith(tag.Offset);
            case "generation":
                return new ScopeStatement(tag.Offset, [], ParseWhole("generation"));
            case "break" or "continue":
                if (_loops == 0)
                {
                    throw _reader.Error(tag, $"'{tag.Text}' stands outside a loop.");
                }

                EndTag();
                return tag.Text == "break" ? new BreakStatement(tag.Offset) : new ContinueStatement(tag.Offset);
            default:
                throw _reader.Error(tag, tag.Text.StartsWith("end", StringComparison.Ordinal) || tag.Text is "else" or "elif"
                    ? $"'{tag.Text}' belongs to no block here."
                    : $"the statement '{tag.Text}' is not supported.");
        }
    }

    private IfStatement ParseIf(int offset)
    {
        List<KeyValuePair<Expression, IReadOnlyList<Statement>>> branches = [];
        List<Statement> otherwise = [];
        string part = "if";
        while (part != "endif")
        {
            Expression? condition = part == "else" ? null : _expressions.ParseTuple();
            EndTag();
            List<Statement> body = condition is null ? ParseBody("if", "endif") : ParseBody("if", "elif", "else", "endif");
            if (condition is null)
            {
                otherwise = body;
            }
            else
            {
                branches.Add(new(condition, body));
            }

            part = _reader.Take().Text;
        }

        EndTag();
        return new IfStatement(offset, branches, otherwise);
    }

    private ForStatement ParseFor(int offset)
    {
        AssignmentTarget target = ParseTarget();
        if (!_reader.TryTakeName("in"))
        {
            throw _reader.Error(_reader.Current, $"'in' is expected, not {_reader.Current.Shown}.");
        }

        Expression items = _expressions.ParseTuple(withCondition: false);
        Expression? condition = _reader.TryTakeName("if") ? _expressions.Parse() : null;
        if (_reader.Current.IsName("recursive"))
        {
            throw _reader.Error(_reader.Current, "recursive loops are not supported.");
        }

        EndTag();
        _loops++;
        List<Statement> body = ParseBody("for", "else", "endfor");
        _loops--;
        List<Statement> otherwise = [];
        if (_reader.Take().Text == "else")
        {
            EndTag();
            otherwise = ParseBody("for", "endfor");
            _reader.Take();
        }

        EndTag();
        return new ForStatement(offset, target, items, condition, body, otherwise);
    }

    private Statement ParseSet(int offset)
    {
        AssignmentTarget target = ParseTarget();
        if (_reader.TryTakeOperator("="))
        {
            Expression value = _expressions.ParseTuple();
            EndTag();
            return new SetStatement(offset, target, value);
        }

        if (target is TupleTarget)
        {
            throw _reader.Error(_reader.Current, "a block is set to one name.");
        }

        FilterExpression? filter = _reader.Current.IsOperator("|") ? ParseFilterChain(takesBar: true) : null;
        return new SetBlockStatement(offset, target, filter, ParseWhole("set"));
    }

    private AssignmentTarget ParseTarget()
    {
        int offset = _reader.Current.Offset;
        AssignmentTarget first = ParseOneTarget();
        if (!_reader.Current.IsOperator(","))
        {
            return first;
        }

        List<AssignmentTarget> items = [first];
        while (_reader.TryTakeOperator(",") && (_reader.Current.IsOperator("(") || (_reader.Current.Kind == TemplateTokenKind.Name && !_reader.Current.IsName("in"))))
        {
            items.Add(ParseOneTarget());
        }

        return new TupleTarget(offset, items);
    }

    private AssignmentTarget ParseOneTarget()
    {
        if (_reader.TryTakeOperator("("))
        {
            _reader.Enter(_reader.Current.Offset);
            AssignmentTarget inner = ParseTarget();
            _reader.Leave();
            _reader.ExpectOperator(")");
            return inner;
        }

        TemplateToken name = _reader.ExpectNewName();
        return _reader.TryTakeOperator(".") ? new MemberTarget(name.Offset, name.Text, _reader.Expect(TemplateTokenKind.Name, "a name").Text) : new NameTarget(name.Offset, name.Text);
    }

    private MacroStatement ParseMacro(int offset)
    {
        string name = _reader.ExpectNewName().Text;
        List<MacroParameter> parameters = ParseParameters();
        return new MacroStatement(offset, name, parameters, ParseApart("macro"));
    }

    private CallStatement ParseCall(int offset)
    {
        List<MacroParameter> parameters = _reader.Current.IsOperator("(") ? ParseParameters() : [];
        TemplateToken start = _reader.Current;
        return _expressions.Parse() is CallExpression call
            ? new CallStatement(offset, call, parameters, ParseApart("call"))
            : throw _reader.Error(start, "a call of a macro is expected.");
    }

    // A macro's body is no part of the loop around it.
    private List<Statement> ParseApart(string owner)
    {
        (int loops, _loops) = (_loops, 0);
        List<Statement> body = ParseWhole(owner);
        _loops = loops;
        return body;
    }

    private List<MacroParameter> ParseParameters()
    {
        _reader.ExpectOperator("(");
        return _expressions.ParseItems(")", () =>
            new MacroParameter(_reader.ExpectNewName().Text, _reader.TryTakeOperator("=") ? _expressions.Parse() : null));
    }

    private ScopeStatement ParseWith(int offset)
    {
        List<KeyValuePair<string, Expression>> variables = [];
        while (_reader.Current.Kind != TemplateTokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _reader.ExpectOperator(",");
            }

            string name = _reader.ExpectNewName().Text;
            _reader.ExpectOperator("=");
            variables.Add(new(name, _expressions.Parse()));
        }

        return new ScopeStatement(offset, variables, ParseWhole("with"));
    }

    private FilterExpression ParseFilterChain(bool takesBar = false)
    {
        if (takesBar)
        {
            _reader.ExpectOperator("|");
        }

        FilterExpression filter = _postfix.ParseFilter(null);
        while (_reader.TryTakeOperator("|"))
        {
            filter = _postfix.ParseFilter(filter);
        }

        return filter;
    }
}
