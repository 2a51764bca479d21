using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>The operators, with Python's rules for integers, fractions, texts and lists.</summary>
internal static class TemplateOperators
{
    public static TemplateValue Binary(string symbol, TemplateValue left, TemplateValue right, RenderBudget budget)
    {
        if (symbol == "~")
        {
            return new MarkedTextBuilder(budget).Append(PythonText.Of(left, budget)).Append(PythonText.Of(right, budget)).ToValue();
        }

        if ((left as UndefinedValue ?? right as UndefinedValue) is { } undefined)
        {
            throw undefined.Fault();
        }

        switch (symbol)
        {
            case "+" when left is TextValue a && right is TextValue b:
                return Join(a, b, budget);
            case "+" when left is ListValue { HasPositions: true } a && right is ListValue { HasPositions: true } b && a.Kind == b.Kind:
                budget.Step(a.Items.Count + b.Items.Count);
                return new ListValue([.. a.Items, .. b.Items], a.Kind);
            case "*" when (left, right) is (TextValue, IntegerValue or BooleanValue) or (IntegerValue or BooleanValue, TextValue):
                return Repeat(left as TextValue ?? (TextValue)right, (IntegerValue)ValueComparison.Number(left is TextValue ? right : left)!, budget);
            case "%" when left is TextValue:
                throw new TemplateFaultException("formatting with '%' is not supported; use '~' or format().");
        }

        return ValueComparison.Number(left) is { } x && ValueComparison.Number(right) is { } y
            ? x is IntegerValue i && y is IntegerValue j && symbol != "/" ? Integers(symbol, i.Value, j.Value) : Doubles(symbol, ValueComparison.ToDouble(x), ValueComparison.ToDouble(y))
            : throw new TemplateFaultException($"'{symbol}' does not take a {left.TypeName} and a {right.TypeName}.");
    }

    public static TemplateValue Negate(string symbol, TemplateValue operand) => ValueComparison.Number(operand) switch
    {
        IntegerValue integer => symbol == "-" ? new IntegerValue(-integer.Value) : integer,
        FloatValue number => symbol == "-" ? new FloatValue(-number.Value) : number,
        _ => throw (operand is UndefinedValue undefined ? undefined.Fault() : new TemplateFaultException($"'{symbol}' does not take a {operand.TypeName}.")),
    };

    // Jinja's markup escapes what is added to it. Whoever wrote 'safe' into a template got that, and so did the model.
    private static TextValue Join(TextValue left, TextValue right, RenderBudget budget)
    {
        bool isMarkup = left.IsMarkup || right.IsMarkup;
        MarkedTextBuilder builder = new(budget);
        foreach (TextValue part in (ReadOnlySpan<TextValue>)[left, right])
        {
            if (isMarkup && !part.IsMarkup)
            {
                HtmlText.Escape(part, builder);
            }
            else
            {
                builder.Append(part);
            }
        }

        return isMarkup ? builder.ToValue().ToMarkup() : builder.ToValue();
    }

    private static TextValue Repeat(TextValue text, IntegerValue count, RenderBudget budget)
    {
        MarkedTextBuilder builder = new(budget);
        budget.Produce((long)text.Text.Length * Math.Max(0, count.Clamped));
        for (int i = 0; text.Text.Length > 0 && i < count.Clamped; i++)
        {
            builder.Append(text);
        }

        return builder.ToValue();
    }

    private static TemplateValue Integers(string symbol, BigInteger left, BigInteger right)
    {
        if (right.IsZero && (symbol is "//" or "%"))
        {
            throw new TemplateFaultException("a division by zero.");
        }

        BigInteger quotient = BigInteger.Zero, remainder = BigInteger.Zero;
        if (symbol is "//" or "%")
        {
            // Python rounds down, .NET towards zero.
            quotient = BigInteger.DivRem(left, right, out remainder);
            if (!remainder.IsZero && remainder.Sign != right.Sign)
            {
                quotient -= 1;
                remainder += right;
            }
        }

        return symbol switch
        {
            "+" => new IntegerValue(left + right),
            "-" => new IntegerValue(left - right),
            "*" => new IntegerValue(left * right),
            "//" => new IntegerValue(quotient),
            "%" => new IntegerValue(remainder),
            _ => Power(left, right),
        };
    }

    private static TemplateValue Power(BigInteger left, BigInteger right) =>
        right < 0 ? Doubles("**", (double)left, (double)right)
        : right > 1024 && !BigInteger.Abs(left).IsOne && !left.IsZero ? throw new TemplateFaultException("a power is too large.")
        : new IntegerValue(left.IsZero || BigInteger.Abs(left).IsOne ? (right.IsZero ? 1 : right.IsEven ? left * left : left)
            : left.GetBitLength() * (long)right <= 4096 ? BigInteger.Pow(left, (int)right) : throw new TemplateFaultException("a power is too large."));

    private static FloatValue Doubles(string symbol, double left, double right)
    {
        if (right == 0 && (symbol is "/" or "//" or "%"))
        {
            throw new TemplateFaultException("a division by zero.");
        }

        double remainder = symbol is "//" or "%" ? left % right : 0;
        if (remainder != 0 && (remainder < 0) != (right < 0))
        {
            remainder += right;
        }

        return new FloatValue(symbol switch
        {
            "+" => left + right,
            "-" => left - right,
            "*" => left * right,
            "/" => left / right,
            "//" => Math.Floor(left / right),
            "%" => remainder,
            _ => left < 0 && right != Math.Floor(right) ? throw new TemplateFaultException("a fractional power of a negative number.") : Math.Pow(left, right),
        });
    }
}
