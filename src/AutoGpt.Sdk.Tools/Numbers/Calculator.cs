namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Evaluates <c>+ - * / % ^</c> with brackets in decimal arithmetic, so that 0.1 + 0.2 is 0.3. The usual precedence; <c>^</c> binds to the
/// right and stronger than a sign.
/// </summary>
internal sealed class Calculator
{
    private const int MaxDepth = 100;

    private readonly string _text;
    private int _at;
    private int _depth;

    private Calculator(string text) => _text = text.Replace('×', '*').Replace('·', '*').Replace('÷', '/').Replace('−', '-').Replace("**", "^", StringComparison.Ordinal);

    /// <exception cref="ToolException">The text is no expression, or its value is undefined or too large.</exception>
    public static decimal Evaluate(string expression)
    {
        Calculator calculator = new(expression);
        try
        {
            decimal value = calculator.Sum();
            return calculator.Peek() == '\0' ? value : throw calculator.Error("expected an operator");
        }
        catch (OverflowException exception)
        {
            throw new ToolException($"The value of '{expression}' is too large.", exception);
        }
    }

    private decimal Sum()
    {
        decimal value = Product();
        while (Peek() is '+' or '-')
        {
            value = _text[_at++] == '+' ? value + Product() : value - Product();
        }

        return value;
    }

    private decimal Product()
    {
        decimal value = Signed();
        while (Peek() is '*' or '/' or '%')
        {
            char operation = _text[_at++];
            decimal right = Signed();
            if (operation != '*' && right == 0)
            {
                throw new ToolException($"'{_text}' divides by zero.");
            }

            value = operation switch { '*' => value * right, '/' => value / right, _ => value % right };
        }

        return value;
    }

    private decimal Signed()
    {
        if (Peek() is not ('-' or '+'))
        {
            return Power();
        }

        using Level level = Deeper();
        return _text[_at++] == '-' ? -Signed() : Signed();
    }

    private decimal Power()
    {
        decimal left = Operand();
        if (Peek() != '^')
        {
            return left;
        }

        _at++;
        using Level level = Deeper();
        decimal right = Signed();
        if (right != decimal.Truncate(right) || Math.Abs(right) > 1000)
        {
            double power = Math.Pow((double)left, (double)right);
            return double.IsFinite(power) ? (decimal)power : throw new ToolException($"The value of '{_text}' is undefined or too large.");
        }

        decimal value = 1;
        for (int times = 0; times < Math.Abs(right); times++)
        {
            value *= left;
        }

        return right >= 0 ? value : value != 0 ? 1 / value : throw new ToolException($"'{_text}' divides by zero.");
    }

    private decimal Operand()
    {
        if (Peek() == '(')
        {
            _at++;
            using Level level = Deeper();
            decimal inner = Sum();
            if (Peek() != ')')
            {
                throw Error("a closing bracket is missing");
            }

            _at++;
            return inner;
        }

        char currency = Peek();
        _at += currency is '$' or '€' or '£' ? 1 : 0;
        Peek();
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.' || (_text[_at] == ',' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]))))
        {
            _at++;
        }

        return Numerals.TryParse(_text[start.._at], out decimal number) && _at > start ? number : throw Error("expected a number");
    }

    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private ToolException Error(string problem) => new($"'{_text}' is no expression: {problem} at position {_at + 1}.");

    private Level Deeper() => ++_depth <= MaxDepth ? new Level(this) : throw new ToolException("The expression is nested too deeply.");

    private readonly ref struct Level(Calculator calculator)
    {
        public void Dispose() => calculator._depth--;
    }
}
