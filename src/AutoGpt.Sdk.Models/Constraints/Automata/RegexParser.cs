using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Reads the regular part of ECMA-262 expressions: characters, classes, groups, alternation, quantifiers, \d \w \s and anchors at the ends. Anything
/// else is named in the error. A pattern without anchors may match anywhere, as JSON Schema has it.
/// </summary>
internal sealed class RegexParser
{
    private const int MaxRepeat = 1000;

    private static readonly (int Low, int High)[] Digits = [('0', '9')];
    private static readonly (int Low, int High)[] WordCharacters = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    private static readonly (int Low, int High)[] Spaces = [('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)];

    private readonly string _pattern;
    private readonly string _path;
    private int _at;

    private RegexParser(string pattern, string path)
    {
        _pattern = pattern;
        _path = path;
    }

    private bool AtEnd => _at == _pattern.Length;

    /// <exception cref="SchemaException">The pattern is malformed or not regular.</exception>
    public static RegexNode Parse(string pattern, string path)
    {
        RegexParser parser = new(pattern, path);
        RegexNode node = parser.ParseChoice(outermost: true);
        return parser.AtEnd ? node : throw parser.Error("an unmatched ')'");
    }

    private RegexNode ParseChoice(bool outermost)
    {
        List<RegexNode> options = [ParseOption(outermost)];
        while (Take('|'))
        {
            options.Add(ParseOption(outermost));
        }

        return options.Count == 1 ? options[0] : new RegexNode.Choice(options);
    }

    // Anchors belong to an alternative: ^a|b$ is "begins with a, or ends with b".
    private RegexNode.Sequence ParseOption(bool outermost)
    {
        List<RegexNode> parts = [];
        RegexNode anything = new RegexNode.Repeat(RegexNode.Characters.Any, 0, null);
        if (outermost && !Take('^'))
        {
            parts.Add(anything);
        }

        bool ended = false;
        while (!AtEnd && _pattern[_at] is not ('|' or ')'))
        {
            if (outermost && _pattern[_at] == '$' && (_at + 1 == _pattern.Length || _pattern[_at + 1] == '|'))
            {
                _at++;
                ended = true;
                break;
            }

            parts.Add(ParseRepeat(ParseAtom()));
        }

        if (outermost && !ended)
        {
            parts.Add(anything);
        }

        return new RegexNode.Sequence(parts);
    }

    private RegexNode ParseRepeat(RegexNode atom)
    {
        while (!AtEnd)
        {
            (int Least, int? Most)? times = _pattern[_at] switch
            {
                '*' => (0, null),
                '+' => (1, null),
                '?' => (0, 1),
                '{' => ParseTimes(),
                _ => null,
            };
            if (times is not { } range)
            {
                break;
            }

            _at++;
            // Laziness changes which match is found, not whether there is one.
            Take('?');
            if (range.Least > MaxRepeat || range.Most > MaxRepeat)
            {
                throw Error($"a repetition of more than {MaxRepeat} times");
            }

            atom = range.Most < range.Least ? throw Error("a repetition whose upper bound is below its lower one") : new RegexNode.Repeat(atom, range.Least, range.Most);
        }

        return atom;
    }

    private (int Least, int? Most) ParseTimes()
    {
        int close = _pattern.IndexOf('}', _at);
        string[] parts = close < 0 ? [] : _pattern[(_at + 1)..close].Split(',');
        if (parts.Length is not (1 or 2) || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int least))
        {
            throw Error("a '{' that is no repetition");
        }

        _at = close;
        if (parts.Length == 1)
        {
            return (least, least);
        }

        return parts[1].Length == 0 ? (least, null)
            : int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int most) ? (least, most)
            : throw Error("a '{' that is no repetition");
    }

    private RegexNode ParseAtom()
    {
        char character = _pattern[_at++];
        switch (character)
        {
            case '(':
                if (Take('?') && !Take(':'))
                {
                    throw Error("a look-around or a named group");
                }

                RegexNode inner = ParseChoice(outermost: false);
                return Take(')') ? inner : throw Error("an unclosed '('");
            case '[':
                return ParseClass();
            case '.':
                return new RegexNode.Characters([('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)]).Inverse();
            case '\\':
                return ParseEscape(inClass: false);
            case '^' or '$':
                throw Error($"an anchor '{character}' inside the pattern");
            case '*' or '+' or '?' or '{':
                throw Error($"a '{character}' with nothing to repeat");
            default:
                return Single(char.IsHighSurrogate(character) && !AtEnd ? char.ConvertToUtf32(character, _pattern[_at++]) : character);
        }
    }

    private RegexNode.Characters ParseClass()
    {
        bool inverse = Take('^');
        List<(int Low, int High)> ranges = [];
        while (!Take(']'))
        {
            RegexNode.Characters low = ParseClassAtom();
            if (low.Ranges is [var first] && first.Low == first.High && !AtEnd && _pattern[_at] == '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']')
            {
                _at++;
                if (ParseClassAtom().Ranges is not [var last] || last.Low < first.Low)
                {
                    throw Error("a range whose ends are in the wrong order");
                }

                ranges.Add((first.Low, last.Low));
            }
            else
            {
                ranges.AddRange(low.Ranges);
            }
        }

        RegexNode.Characters set = new(ranges);
        return inverse ? set.Inverse() : set;
    }

    private RegexNode.Characters ParseClassAtom()
    {
        if (AtEnd)
        {
            throw Error("an unclosed '['");
        }

        char character = _pattern[_at++];
        return character == '\\' ? ParseEscape(inClass: true)
            : Single(char.IsHighSurrogate(character) && !AtEnd ? char.ConvertToUtf32(character, _pattern[_at++]) : character);
    }

    private RegexNode.Characters ParseEscape(bool inClass)
    {
        char character = AtEnd ? throw Error("a '\\' at the end") : _pattern[_at++];
        return character switch
        {
            'd' => new RegexNode.Characters(Digits),
            'D' => new RegexNode.Characters(Digits).Inverse(),
            'w' => new RegexNode.Characters(WordCharacters),
            'W' => new RegexNode.Characters(WordCharacters).Inverse(),
            's' => new RegexNode.Characters(Spaces),
            'S' => new RegexNode.Characters(Spaces).Inverse(),
            'n' => Single('\n'),
            'r' => Single('\r'),
            't' => Single('\t'),
            'f' => Single('\f'),
            'v' => Single('\v'),
            '0' => Single('\0'),
            'b' when inClass => Single('\b'),
            'u' when _at + 4 <= _pattern.Length && int.TryParse(_pattern.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) => Skip(4, code),
            'x' when _at + 2 <= _pattern.Length && int.TryParse(_pattern.AsSpan(_at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) => Skip(2, code),
            _ when char.IsAsciiLetterOrDigit(character) => throw Error($"'\\{character}'"),
            _ => Single(character),
        };
    }

    private RegexNode.Characters Skip(int count, int code)
    {
        _at += count;
        return Single(code);
    }

    private static RegexNode.Characters Single(int code) => new([(code, code)]);

    private bool Take(char character)
    {
        bool taken = !AtEnd && _pattern[_at] == character;
        _at += taken ? 1 : 0;
        return taken;
    }

    private SchemaException Error(string what) => new(_path, $"the pattern '{_pattern}' has {what} at position {_at}, which is not supported.");
}
