using System.Globalization;
using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>Expressions, by Jinja's precedence: condition, or, and, not, comparison, sum, <c>~</c>, product, power, sign, what follows a primary.</summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private static readonly string[] s_comparisons = ["==", "!=", "<", "<=", ">", ">="];

    public static bool IsReserved(string name) =>
        name is "true" or "True" or "false" or "False" or "none" or "None" or "and" or "or" or "not" or "in" or "is" or "if" or "else" or "elif" or "loop" or "varargs" or "kwargs";

    /// <summary>An expression, or several with commas between, which make a tuple.</summary>
    public Expression ParseTuple(bool withCondition = true)
    {
        int offset = reader.Current.Offset;
        Expression first = withCondition ? Parse() : ParseOr();
        if (!reader.Current.IsOperator(","))
        {
            return first;
        }

        List<Expression> items = [first];
        while (reader.TryTakeOperator(",") && BeginsExpression())
        {
            items.Add(withCondition ? Parse() : ParseOr());
        }

        return new ListExpression(offset, items, ListKind.Tuple);
    }

    public Expression Parse()
    {
        int offset = reader.Current.Offset;
        reader.Enter(offset);
        Expression value = ParseOr();
        while (reader.TryTakeName("if"))
        {
            Expression condition = ParseOr();
            value = new ConditionalExpression(offset, condition, value, reader.TryTakeName("else") ? Parse() : null);
        }

        reader.Leave();
        return value;
    }

    public Expression ParseOr()
    {
        Expression left = ParseAnd();
        while (reader.Current.IsName("or"))
        {
            left = new LogicalExpression(reader.Take().Offset, IsAnd: false, left, ParseAnd());
        }

        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        while (reader.Current.IsName("and"))
        {
            left = new LogicalExpression(reader.Take().Offset, IsAnd: true, left, ParseNot());
        }

        return left;
    }

    private Expression ParseNot()
    {
        if (!reader.Current.IsName("not"))
        {
            return ParseComparison();
        }

        TemplateToken token = reader.Take();
        reader.Enter(token.Offset);
        UnaryExpression value = new(token.Offset, "not", ParseNot());
        reader.Leave();
        return value;
    }

    private Expression ParseComparison()
    {
        int offset = reader.Current.Offset;
        Expression first = ParseSum();
        List<KeyValuePair<string, Expression>> rest = [];
        while (true)
        {
            string? name = reader.Current.Kind == TemplateTokenKind.Operator && s_comparisons.Contains(reader.Current.Text) ? reader.Current.Text
                : reader.Current.IsName("in") ? "in"
                : reader.Current.IsName("not") && reader.Following.IsName("in") ? "not in"
                : null;
            if (name is null)
            {
                return rest.Count == 0 ? first : new CompareExpression(offset, first, rest);
            }

            reader.Take();
            if (name == "not in")
            {
                reader.Take();
            }

            rest.Add(new(name, ParseSum()));
        }
    }

    private Expression ParseSum() => ParseBinary(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation() => ParseBinary(ParseProduct, "~");

    private Expression ParseProduct() => ParseBinary(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseBinary(() => ParseSigned(withFilters: true), "**");

    private Expression ParseBinary(Func<Expression> operand, params ReadOnlySpan<string> operators)
    {
        Expression left = operand();
        while (reader.Current.Kind == TemplateTokenKind.Operator && operators.Contains(reader.Current.Text))
        {
            TemplateToken token = reader.Take();
            left = new BinaryExpression(token.Offset, token.Text, left, operand());
        }

        return left;
    }

    private Expression ParseSigned(bool withFilters)
    {
        TemplateToken token = reader.Current;
        Expression value;
        if (token.IsOperator("-") || token.IsOperator("+"))
        {
            reader.Take();
            reader.Enter(token.Offset);
            value = new UnaryExpression(token.Offset, token.Text, ParseSigned(withFilters: false));
            reader.Leave();
        }
        else
        {
            value = ParsePrimary();
        }

        PostfixParser postfix = new(reader, this);
        value = postfix.ParsePostfix(value);
        return withFilters ? postfix.ParseFilters(value) : value;
    }

    public Expression ParsePrimary()
    {
        TemplateToken token = reader.Take();
        switch (token.Kind)
        {
            case TemplateTokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new LiteralExpression(token.Offset, BooleanValue.True),
                    "false" or "False" => new LiteralExpression(token.Offset, BooleanValue.False),
                    "none" or "None" => new LiteralExpression(token.Offset, NoneValue.Instance),
                    "varargs" or "kwargs" or "self" => throw reader.Error(token, $"'{token.Text}' is not supported."),
                    "loop" or "caller" => new NameExpression(token.Offset, token.Text),
                    _ when IsReserved(token.Text) => throw reader.Error(token, $"a value is expected, not '{token.Text}'."),
                    _ => new NameExpression(token.Offset, token.Text),
                };
            case TemplateTokenKind.Text:
                string text = token.Text;
                while (reader.Current.Kind == TemplateTokenKind.Text)
                {
                    text += reader.Take().Text;
                }

                return new LiteralExpression(token.Offset, TextValue.Trusted(text));
            case TemplateTokenKind.Integer:
                return new LiteralExpression(token.Offset, ReadInteger(token));
            case TemplateTokenKind.Float:
                return new LiteralExpression(token.Offset, new FloatValue(double.Parse(token.Text, CultureInfo.InvariantCulture)));
            case TemplateTokenKind.Operator when token.Text == "(":
                Expression inner = reader.Current.IsOperator(")") ? new ListExpression(token.Offset, [], ListKind.Tuple) : ParseTuple();
                reader.ExpectOperator(")");
                return inner;
            case TemplateTokenKind.Operator when token.Text == "[":
                return new ListExpression(token.Offset, ParseItems("]", Parse), ListKind.List);
            case TemplateTokenKind.Operator when token.Text == "{":
                return new MappingExpression(token.Offset, ParseItems("}", () =>
                {
                    Expression key = Parse();
                    reader.ExpectOperator(":");
                    return new KeyValuePair<Expression, Expression>(key, Parse());
                }));
            default:
                throw reader.Error(token, $"a value is expected, not {token.Shown}.");
        }
    }

    /// <summary>Items with commas between, up to and with what closes them.</summary>
    public List<T> ParseItems<T>(string close, Func<T> item)
    {
        List<T> items = [];
        while (!reader.TryTakeOperator(close))
        {
            if (items.Count > 0)
            {
                reader.ExpectOperator(",");
                if (reader.TryTakeOperator(close))
                {
                    break;
                }
            }

            items.Add(item());
        }

        return items;
    }

    // A kilobyte of digits is more than IntegerValue holds; longer ones take a square of time to read.
    private IntegerValue ReadInteger(TemplateToken token) =>
        token.Text.Length <= 300 ? new IntegerValue(BigInteger.Parse(token.Text, CultureInfo.InvariantCulture)) : throw reader.Error(token, "the number is too long.");

    private bool BeginsExpression() => reader.Current.Kind switch
    {
        TemplateTokenKind.OutputEnd or TemplateTokenKind.BlockEnd or TemplateTokenKind.End => false,
        TemplateTokenKind.Operator => reader.Current.Text is "(" or "[" or "{" or "-" or "+",
        TemplateTokenKind.Name => reader.Current.Text is not ("in" or "if" or "else"),
        _ => true,
    };
}
