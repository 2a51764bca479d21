using System.Globalization;
using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>What follows a value: attributes, subscripts, calls, filters and tests. Names that the language does not have are refused here.</summary>
internal sealed class PostfixParser(TokenReader reader, ExpressionParser expressions)
{
    public Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            TemplateToken token = reader.Current;
            if (token.IsOperator("."))
            {
                reader.Take();
                value = ParseAttribute(value);
            }
            else if (token.IsOperator("["))
            {
                reader.Take();
                value = ParseSubscript(value, token.Offset);
            }
            else if (token.IsOperator("("))
            {
                value = ParseCall(value);
            }
            else
            {
                return value;
            }
        }
    }

    public Expression ParseFilters(Expression value)
    {
        while (true)
        {
            if (reader.TryTakeOperator("|"))
            {
                value = ParseFilter(value);
            }
            else if (reader.Current.IsName("is"))
            {
                reader.Take();
                value = ParseTest(value);
            }
            else if (reader.Current.IsOperator("("))
            {
                value = ParseCall(value);
            }
            else
            {
                return value;
            }
        }
    }

    public FilterExpression ParseFilter(Expression? input)
    {
        TemplateToken name = reader.Expect(TemplateTokenKind.Name, "a filter's name");
        if (!TemplateFilters.Has(name.Text))
        {
            throw reader.Error(name, $"the filter '{name.Text}' is not supported.");
        }

        ArgumentList arguments = reader.Current.IsOperator("(") ? ParseArguments() : ArgumentList.None;
        RequireKnown(name, arguments);
        return new FilterExpression(name.Offset, input, name.Text, arguments);
    }

    public ArgumentList ParseArguments()
    {
        reader.ExpectOperator("(");
        List<Expression> positional = [];
        List<KeyValuePair<string, Expression>> named = [];
        expressions.ParseItems(")", () =>
        {
            if (reader.Current.IsOperator("*") || reader.Current.IsOperator("**"))
            {
                throw reader.Error(reader.Current, $"arguments with '{reader.Current.Text}' are not supported.");
            }

            if (reader.Current.Kind == TemplateTokenKind.Name && reader.Following.IsOperator("="))
            {
                string name = reader.Take().Text;
                reader.Take();
                named.Add(new(name, expressions.Parse()));
            }
            else if (named.Count > 0)
            {
                throw reader.Error(reader.Current, "an argument without a name follows one with a name.");
            }
            else
            {
                positional.Add(expressions.Parse());
            }

            return 0;
        });
        return new ArgumentList(positional, named);
    }

    private Expression ParseAttribute(Expression value)
    {
        TemplateToken name = reader.Take();
        if (name.Kind == TemplateTokenKind.Integer && name.Text.Length < 10)
        {
            return new SubscriptExpression(name.Offset, value, new LiteralExpression(name.Offset, new IntegerValue(BigInteger.Parse(name.Text, CultureInfo.InvariantCulture))));
        }

        if (name.Kind != TemplateTokenKind.Name)
        {
            throw reader.Error(name, $"a name is expected after '.', not {name.Shown}.");
        }

        if (!reader.Current.IsOperator("("))
        {
            return new AttributeExpression(name.Offset, value, name.Text);
        }

        if (!TemplateMethods.Has(name.Text))
        {
            throw reader.Error(name, TemplateMethods.Changes(name.Text)
                ? $"the method '{name.Text}' changes a value, which templates may not."
                : $"the method '{name.Text}' is not supported.");
        }

        return new MethodExpression(name.Offset, value, name.Text, ParseArguments());
    }

    private Expression ParseCall(Expression callee)
    {
        if (callee is not NameExpression name)
        {
            throw reader.Error(reader.Current, "only functions, macros and methods can be called, by their names.");
        }

        return reader.Called(new CallExpression(callee.Offset, name.Name, ParseArguments()));
    }

    private Expression ParseSubscript(Expression value, int offset)
    {
        Expression? start = reader.Current.IsOperator(":") ? null : expressions.ParseTuple();
        if (!reader.TryTakeOperator(":"))
        {
            reader.ExpectOperator("]");
            return new SubscriptExpression(offset, value, start!);
        }

        Expression? stop = IsBound() ? expressions.Parse() : null;
        Expression? step = reader.TryTakeOperator(":") && IsBound() ? expressions.Parse() : null;
        reader.ExpectOperator("]");
        return new SliceExpression(offset, value, start, stop, step);

        bool IsBound() => !reader.Current.IsOperator(":") && !reader.Current.IsOperator("]");
    }

    private Expression ParseTest(Expression input)
    {
        TemplateToken negation = reader.Current;
        bool isNegated = reader.TryTakeName("not");
        TemplateToken name = reader.Expect(TemplateTokenKind.Name, "a test's name");
        if (!TemplateTests.Has(name.Text))
        {
            throw reader.Error(name, $"the test '{name.Text}' is not supported.");
        }

        ArgumentList arguments = reader.Current.IsOperator("(") ? ParseArguments() : TakesArgument() ? new ArgumentList([ParseArgument()], []) : ArgumentList.None;
        Expression test = new TestExpression(name.Offset, input, name.Text, arguments);
        return isNegated ? new UnaryExpression(negation.Offset, "not", test) : test;

        Expression ParseArgument() => ParsePostfix(expressions.ParsePrimary());
    }

    private bool TakesArgument() => reader.Current.Kind switch
    {
        TemplateTokenKind.Name => reader.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not" or "recursive"),
        TemplateTokenKind.Text or TemplateTokenKind.Integer or TemplateTokenKind.Float => true,
        TemplateTokenKind.Operator => reader.Current.Text is "[" or "{",
        _ => false,
    };

    // map('upper'), selectattr('x', 'defined'): the filter and the test they name are known here too.
    private void RequireKnown(TemplateToken filter, ArgumentList arguments)
    {
        int at = filter.Text switch { "map" or "select" or "reject" => 0, "selectattr" or "rejectattr" => 1, _ => -1 };
        if (at >= 0 && arguments.Positional.Count > at && arguments.Positional[at] is LiteralExpression { Value: TextValue { Text: var name } }
            && !(filter.Text == "map" ? TemplateFilters.Has(name) : TemplateTests.Has(name)))
        {
            throw reader.Error(filter, $"the {(filter.Text == "map" ? "filter" : "test")} '{name}' is not supported.");
        }
    }
}
