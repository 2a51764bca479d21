using System.Text;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>
/// A <c>pattern</c> of JSON Schema, which is one of ECMA-262, as a regular expression of .NET that matches the same: there <c>$</c> also matches before a last line break,
/// <c>.</c> a carriage return, and <c>\d</c> and <c>\w</c> the digits and letters of every script.
/// </summary>
internal sealed class SchemaPattern
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(100);
    private readonly StringBuilder _translation = new();
    private int _depth;
    private bool _inClass;
    private bool _endsAtEnd;
    private bool _hasFreeAlternative;
    private string? _foreign;

    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public SchemaPattern(string pattern)
    {
        for (int index = 0; index < pattern.Length; index++)
        {
            bool escaped = pattern[index] == '\\' && index + 1 < pattern.Length;
            _endsAtEnd = false;
            if (escaped)
            {
                if (_inClass && pattern[index + 1] is 'd' or 'D' or 'w' or 'W' or 's' or 'S' && IsBesideHyphen(pattern, index))
                {
                    _foreign ??= @"a hyphen beside \d, \w or \s makes no range: put it first or last in the brackets";
                }

                Escape(pattern[++index]);
            }
            else if (_inClass)
            {
                Member(pattern[index]);
            }
            else
            {
                Symbol(pattern, index);
            }
        }

        if (pattern.AsSpan() is ['^', '?' or '*' or '+' or '{', ..])
        {
            _foreign ??= "it repeats the beginning of the text";
        }

        Regex = Compile(_translation.ToString());
        Weakness = _foreign
            ?? (!pattern.StartsWith('^') || !_endsAtEnd || _hasFreeAlternative ? "it must hold for the whole text: ^…$, with alternatives in (?:…|…)"
            : (Regex.Options & RegexOptions.NonBacktracking) == 0 ? "it looks around or back, so that its time has no bound" : null);
    }

    /// <summary>Matches in linear time, or else throws a <see cref="RegexMatchTimeoutException"/> after 100 ms.</summary>
    public Regex Regex { get; }

    /// <summary>Why nothing should be allowed on the word of this pattern; null where it may.</summary>
    public string? Weakness { get; }

    // Inside brackets, where the escape becomes ranges of its own: the hyphen before it or after it would make another one with their ends.
    private static bool IsBesideHyphen(string pattern, int index) =>
        (index >= 2 && pattern[index - 1] == '-' && !(pattern[index - 2] == '[' || (pattern[index - 2] == '^' && index >= 3 && pattern[index - 3] == '[')))
        || (index + 3 < pattern.Length && pattern[index + 2] == '-' && pattern[index + 3] != ']');

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, LongestMatch);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch);
        }
    }

    private void Escape(char character)
    {
        if (char.IsAsciiLetterOrDigit(character) && !"dDwWsSbtnrfvxupP".Contains(character, StringComparison.Ordinal))
        {
            _foreign ??= $"\\{character} means something else elsewhere, or nothing";
        }

        if (_inClass && character is 'D' or 'W' or 'S')
        {
            _foreign ??= $"\\{character} inside of brackets is not supported";
        }

        _translation.Append(character switch
        {
            'd' => _inClass ? "0-9" : "[0-9]",
            'w' => _inClass ? "A-Za-z0-9_" : "[A-Za-z0-9_]",
            'D' when !_inClass => "[^0-9]",
            'W' when !_inClass => "[^A-Za-z0-9_]",
            _ => "\\" + character,
        });
    }

    private void Member(char character)
    {
        _inClass = character != ']';
        _translation.Append(character == '[' ? "\\[" : character); // Two brackets subtract in .NET.
    }

    private void Symbol(string pattern, int index)
    {
        switch (pattern[index])
        {
            case '$':
                _endsAtEnd = _depth == 0;
                _translation.Append("\\z");
                return;
            case '.':
                _translation.Append("[^\\n\\r\\u2028\\u2029]");
                return;
            case '[':
                _inClass = true;
                if (pattern.AsSpan(index + 1).TrimStart('^') is [']', ..])
                {
                    _foreign ??= "a bracket that closes at once means something else elsewhere";
                }

                break;
            case '(':
                _depth++;
                if (pattern.AsSpan(index + 1) is ['?', not ':', ..])
                {
                    _foreign ??= "of the groups that begin with (? only (?:…) is supported";
                }

                break;
            case ')':
                _depth--;
                break;
            case '|':
                _hasFreeAlternative |= _depth == 0;
                break;
        }

        _translation.Append(pattern[index]);
    }
}
