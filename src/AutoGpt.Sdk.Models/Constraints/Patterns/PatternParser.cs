using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Parses the regular subset of ECMA-262 regular expressions: literals, the dot, classes, groups, alternation, quantifiers,
/// anchors, and the escapes <c>\d \w \s \D \W \S \t \n \r \f \v \0 \xhh \uhhhh \u{h…}</c> and of punctuation.
/// </summary>
internal sealed class PatternParser
{
    private const int MaximumDepth = 200;

    private readonly string _text;
    private int _at;
    private int _depth;

    private PatternParser(string text) => _text = text;

    /// <exception cref="FormatException">Something the subset does not hold, named with its position.</exception>
    public static PatternNode Parse(string pattern)
    {
        PatternParser parser = new(pattern);
        PatternNode node = parser.ParseAlternatives();
        return parser._at == pattern.Length ? node : throw parser.Unsupported("an unmatched ')'");
    }

    private PatternNode ParseAlternatives()
    {
        List<PatternNode> options = [ParseSequence()];
        while (TryRead('|'))
        {
            options.Add(ParseSequence());
        }

        return options.Count == 1 ? options[0] : new PatternNode.Alternatives(options);
    }

    private PatternNode.Sequence ParseSequence()
    {
        List<PatternNode> parts = [];
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            parts.Add(ParseQuantified());
        }

        return new PatternNode.Sequence(parts);
    }

    private PatternNode ParseQuantified()
    {
        int from = _at;
        PatternNode atom = ParseAtom();
        if (!TryReadQuantifier(out int minimum, out int? maximum))
        {
            return atom;
        }

        if (atom is PatternNode.Anchor)
        {
            _at = from;
            throw Unsupported("a quantifier behind an anchor");
        }

        // Laziness changes which match is found, not whether there is one.
        TryRead('?');
        return _at < _text.Length && _text[_at] is '*' or '+'
            ? throw Unsupported("a quantifier behind a quantifier")
            : new PatternNode.Repeat(atom, minimum, maximum);
    }

    private bool TryReadQuantifier(out int minimum, out int? maximum)
    {
        (minimum, maximum) = (0, null);
        if (TryRead('*'))
        {
            return true;
        }

        if (TryRead('+'))
        {
            minimum = 1;
            return true;
        }

        if (TryRead('?'))
        {
            maximum = 1;
            return true;
        }

        if (!TryRead('{'))
        {
            return false;
        }

        minimum = ReadCount();
        maximum = minimum;
        if (TryRead(','))
        {
            maximum = _at < _text.Length && char.IsAsciiDigit(_text[_at]) ? ReadCount() : null;
        }

        return !TryRead('}') ? throw Unsupported("a '{' that begins no quantifier (write '\\{')")
            : maximum < minimum ? throw Unsupported("a quantifier whose bounds are out of order")
            : true;
    }

    private int ReadCount()
    {
        int from = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        return int.TryParse(_text.AsSpan(from, _at - from), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 1000
            ? count
            : throw Unsupported("a quantifier without a number from 0 to 1000");
    }

    private PatternNode ParseAtom()
    {
        int scalar = ReadScalar();
        switch (scalar)
        {
            case '^': return new PatternNode.Anchor(IsStart: true);
            case '$': return new PatternNode.Anchor(IsStart: false);
            case '.': return new PatternNode.Set(ScalarClasses.Dot);
            case '(': return ParseGroup();
            case '[': return ParseClass();
            case '\\': return new PatternNode.Set(ReadEscape(inClass: false));
            case '*' or '+' or '?' or '{' or '}' or ']':
                _at--;
                throw Unsupported($"a '{(char)scalar}' with nothing to apply to (write '\\{(char)scalar}')");
            default: return new PatternNode.Set([new ScalarRange(scalar, scalar)]);
        }
    }

    private PatternNode ParseGroup()
    {
        if (TryRead('?'))
        {
            if (_at + 1 < _text.Length && _text[_at] == '<' && _text[_at + 1] is not ('=' or '!'))
            {
                _at = _text.IndexOf('>', _at) + 1;
                if (_at == 0)
                {
                    throw Unsupported("a group name without '>'");
                }
            }
            else if (!TryRead(':'))
            {
                throw Unsupported("a look-around or an inline option");
            }
        }

        if (++_depth > MaximumDepth)
        {
            throw Unsupported($"groups nested more than {MaximumDepth} deep");
        }

        PatternNode inner = ParseAlternatives();
        _depth--;
        return TryRead(')') ? inner : throw Unsupported("a '(' without ')'");
    }

    private PatternNode.Set ParseClass()
    {
        bool isNegated = TryRead('^');
        List<ScalarRange> ranges = [];
        while (!TryRead(']'))
        {
            IReadOnlyList<ScalarRange> first = ReadClassAtom();
            if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                _at++;
                IReadOnlyList<ScalarRange> last = ReadClassAtom();
                if (!IsSingle(first) || !IsSingle(last) || first[0].First > last[0].First)
                {
                    throw Unsupported("a class range that is out of order or has no single ends");
                }

                ranges.Add(new ScalarRange(first[0].First, last[0].First));
            }
            else
            {
                ranges.AddRange(first);
            }
        }

        return new PatternNode.Set(isNegated ? ScalarRange.Complement(ranges) : ScalarRange.Normalize(ranges));
    }

    private static bool IsSingle(IReadOnlyList<ScalarRange> ranges) => ranges.Count == 1 && ranges[0].First == ranges[0].Last;

    private IReadOnlyList<ScalarRange> ReadClassAtom()
    {
        if (_at == _text.Length)
        {
            throw Unsupported("a '[' without ']'");
        }

        int scalar = ReadScalar();
        return scalar == '\\' ? ReadEscape(inClass: true) : [new ScalarRange(scalar, scalar)];
    }

    private IReadOnlyList<ScalarRange> ReadEscape(bool inClass)
    {
        if (_at == _text.Length)
        {
            throw Unsupported("a '\\' at the end");
        }

        int letter = ReadScalar();
        if (ScalarClasses.Find(letter) is { } found)
        {
            return found;
        }

        int scalar = letter switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            'b' when inClass => '\b',
            '0' when _at == _text.Length || !char.IsAsciiDigit(_text[_at]) => 0,
            'x' => ReadHex(2),
            'u' => ReadUnicode(),
            _ when letter < 0x80 && !char.IsAsciiLetterOrDigit((char)letter) && letter != '_' => letter,
            _ => -1,
        };
        if (scalar < 0)
        {
            _at -= 2;
            throw Unsupported($"the escape '\\{char.ConvertFromUtf32(letter)}'");
        }

        return [new ScalarRange(scalar, scalar)];
    }

    private int ReadUnicode()
    {
        if (TryRead('{'))
        {
            int end = _text.IndexOf('}', _at);
            int value = end < 0 ? throw Unsupported("a '\\u{' without '}'") : ReadHex(end - _at);
            _at++;
            return value;
        }

        int high = ReadHex(4);
        if (high is >= 0xD800 and <= 0xDBFF && _text.AsSpan(_at).StartsWith("\\u", StringComparison.Ordinal))
        {
            _at += 2;
            int low = ReadHex(4);
            return low is >= 0xDC00 and <= 0xDFFF
                ? char.ConvertToUtf32((char)high, (char)low)
                : throw Unsupported("half of a surrogate pair");
        }

        return high;
    }

    private int ReadHex(int digits)
    {
        int value = _at + digits <= _text.Length && digits is > 0 and <= 6
            && int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int parsed)
            ? parsed : -1;
        if (value is < 0 or > ScalarRange.Maximum)
        {
            throw Unsupported("an escape with wrong hexadecimal digits");
        }

        _at += digits;
        return value;
    }

    private int ReadScalar()
    {
        int scalar = _at + 1 < _text.Length && char.IsSurrogatePair(_text[_at], _text[_at + 1])
            ? char.ConvertToUtf32(_text[_at], _text[_at + 1])
            : _text[_at];
        _at += scalar > 0xFFFF ? 2 : 1;
        return scalar;
    }

    private bool TryRead(char expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private FormatException Unsupported(string what) => new($"{what} at position {_at} of '{_text}'");
}
