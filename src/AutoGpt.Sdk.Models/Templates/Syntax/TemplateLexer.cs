namespace AutoGpt.Sdk.Models;

/// <summary>
/// Cuts a template into tokens as Jinja does with <c>trim_blocks</c> and <c>lstrip_blocks</c>, which is how chat templates are written: the newline
/// after a block's tag goes, and so do the spaces before one that begins a line.
/// </summary>
internal sealed class TemplateLexer
{
    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private bool _beginsLine = true;

    private TemplateLexer(string source) => _source = source;

    /// <param name="source">A template whose line ends are <c>\n</c>.</param>
    public static List<TemplateToken> Tokenize(string source)
    {
        TemplateLexer lexer = new(source);
        while (lexer._at < source.Length)
        {
            lexer.ReadData();
        }

        lexer.Add(TemplateTokenKind.End, "", source.Length);
        return lexer._tokens;
    }

    private void ReadData()
    {
        int start = _at;
        int open = start;
        do
        {
            open = _source.IndexOf('{', open);
        }
        while (open >= 0 && !(open + 1 < _source.Length && _source[open + 1] is '{' or '%' or '#') && ++open > 0);

        if (open < 0)
        {
            Add(TemplateTokenKind.Data, _source[start..], start);
            _at = _source.Length;
            return;
        }

        char tag = _source[open + 1];
        char sign = Peek(open + 2);
        ReadOnlySpan<char> data = Before(_source.AsSpan(start, open - start), sign, isBlock: tag != '{');
        if (!data.IsEmpty)
        {
            Add(TemplateTokenKind.Data, data.ToString(), start);
        }

        _beginsLine = false;
        _at = open + (sign is '-' or '+' ? 3 : 2);
        switch (tag)
        {
            case '#':
                SkipComment(open);
                break;
            case '%' when RawBody() is int body:
                ReadRaw(open, body);
                break;
            default:
                Add(tag == '{' ? TemplateTokenKind.OutputBegin : TemplateTokenKind.BlockBegin, "", open);
                ReadTag(open, isBlock: tag == '%');
                break;
        }
    }

    /// <summary>The text before a tag without the spaces that the tag takes away.</summary>
    private ReadOnlySpan<char> Before(ReadOnlySpan<char> data, char sign, bool isBlock)
    {
        if (sign == '-')
        {
            return data[..PythonSpace.TrimmedEnd(data)];
        }

        int line = data.LastIndexOf('\n') + 1;
        return sign != '+' && isBlock && (line > 0 || _beginsLine) && PythonSpace.TrimmedEnd(data[line..]) == 0 ? data[..line] : data;
    }

    private void SkipComment(int open)
    {
        int close = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (close < 0)
        {
            throw Error(open, "the comment does not end.");
        }

        After(close + 2, close > _at ? _source[close - 1] : ' ', isBlock: true);
    }

    /// <summary>Where the body of a <c>raw</c> block begins, if the tag is one.</summary>
    private int? RawBody()
    {
        int at = SkipSpace(_at);
        if (string.CompareOrdinal(_source, at, "raw", 0, 3) != 0)
        {
            return null;
        }

        at = SkipSpace(at + 3);
        bool strips = Peek(at) == '-';
        at += strips ? 1 : 0;
        return string.CompareOrdinal(_source, at, "%}", 0, 2) != 0 ? null : strips ? SkipSpace(at + 2) : at + 2;
    }

    private void ReadRaw(int open, int body)
    {
        for (int end = body; (end = _source.IndexOf("{%", end, StringComparison.Ordinal)) >= 0; end += 2)
        {
            char sign = Peek(end + 2);
            int at = SkipSpace(end + (sign is '-' or '+' ? 3 : 2));
            if (string.CompareOrdinal(_source, at, "endraw", 0, 6) != 0)
            {
                continue;
            }

            at = SkipSpace(at + 6);
            char last = Peek(at);
            at += last is '-' or '+' ? 1 : 0;
            if (string.CompareOrdinal(_source, at, "%}", 0, 2) == 0)
            {
                ReadOnlySpan<char> data = Before(_source.AsSpan(body, end - body), sign, isBlock: true);
                if (!data.IsEmpty)
                {
                    Add(TemplateTokenKind.Data, data.ToString(), body);
                }

                After(at + 2, last, isBlock: true);
                return;
            }
        }

        throw Error(open, "the raw block does not end.");
    }

    private void ReadTag(int open, bool isBlock)
    {
        int nesting = 0;
        while (true)
        {
            _at = SkipSpace(_at);
            if (_at >= _source.Length)
            {
                throw Error(open, "the tag does not end.");
            }

            char sign = Peek(_at) is '-' or '+' ? Peek(_at) : ' ';
            int close = sign == ' ' ? _at : _at + 1;
            if (nesting == 0 && !(sign == '+' && !isBlock) && string.CompareOrdinal(_source, close, isBlock ? "%}" : "}}", 0, 2) == 0)
            {
                Add(isBlock ? TemplateTokenKind.BlockEnd : TemplateTokenKind.OutputEnd, "", _at);
                After(close + 2, sign, isBlock);
                return;
            }

            TemplateToken token = TemplateTokenScanner.Next(_source, ref _at, isAfterDot: _tokens[^1].IsOperator("."));
            if (token.Kind == TemplateTokenKind.Operator)
            {
                nesting += token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0;
                if (nesting < 0)
                {
                    throw Error(token.Offset, $"'{token.Text}' closes nothing.");
                }
            }

            _tokens.Add(token);
        }
    }

    /// <summary>Goes on after a tag, past the space that it takes away.</summary>
    private void After(int end, char sign, bool isBlock)
    {
        _at = sign == '-' ? SkipSpace(end) : isBlock && sign != '+' && Peek(end) == '\n' ? end + 1 : end;
        _beginsLine = _at > end && _source[_at - 1] == '\n';
    }

    private int SkipSpace(int at)
    {
        while (at < _source.Length && PythonSpace.Is(_source[at]))
        {
            at++;
        }

        return at;
    }

    private char Peek(int at) => at < _source.Length ? _source[at] : '\0';

    private void Add(TemplateTokenKind kind, string text, int offset) => _tokens.Add(new TemplateToken(kind, text, offset));

    private ChatTemplateException Error(int offset, string problem) => ChatTemplateException.At(_source, offset, problem);
}
