namespace AutoGpt.Sdk.Models.Tests;

/// <summary>What the language does not have is named when a template is compiled, with its place.</summary>
public sealed class ChatTemplateErrorTests
{
    [TestCase("a\n {{ x | pprint }}", 2, 9, "the filter 'pprint' is not supported.")]
    [TestCase("{{ x is escaped }}", 1, 9, "the test 'escaped' is not supported.")]
    [TestCase("{{ lipsum() }}", 1, 4, "the function 'lipsum' is not supported.")]
    [TestCase("{{ x.encode() }}", 1, 6, "the method 'encode' is not supported.")]
    [TestCase("{{ x.append(1) }}", 1, 6, "the method 'append' changes a value, which templates may not.")]
    [TestCase("\n\n{% include 'x' %}", 3, 4, "the statement 'include' is not supported.")]
    [TestCase("{% do x %}", 1, 4, "the statement 'do' is not supported.")]
    [TestCase("{% for x in y recursive %}{% endfor %}", 1, 15, "recursive loops are not supported.")]
    [TestCase("{{ f(*x) }}", 1, 6, "arguments with '*' are not supported.")]
    [TestCase("{{ x | map('pprint') }}", 1, 8, "the filter 'pprint' is not supported.")]
    [TestCase("{{ x | selectattr('a', 'odd') | rejectattr('b', 'sorted') }}", 1, 33, "the test 'sorted' is not supported.")]
    [TestCase("{% if x %}", 1, 11, "the 'if' block does not end: the end of the template comes before its 'endif'.")]
    [TestCase("{% endif %}", 1, 4, "'endif' belongs to no block here.")]
    [TestCase("{% break %}", 1, 4, "'break' stands outside a loop.")]
    [TestCase("{{ x", 1, 1, "the tag does not end.")]
    [TestCase("{# x", 1, 1, "the comment does not end.")]
    [TestCase("{% raw %} x", 1, 1, "the raw block does not end.")]
    [TestCase("{{ 'x }}", 1, 4, "the string does not end.")]
    [TestCase("{{ a ? b }}", 1, 6, "the character '?' has no meaning here.")]
    [TestCase("{{ 0x1F }}", 1, 4, "this form of number is not supported.")]
    [TestCase("{{ 1 + }}", 1, 8, "a value is expected, not '}}'.")]
    [TestCase("{% set true = 1 %}", 1, 8, "'true' is reserved and cannot be given a value.")]
    [TestCase("{{ '\\101' }}", 1, 5, "the escape '\\1' is not supported; write it with \\x or \\u.")]
    [TestCase("{{ x[1](2) }}", 1, 8, "only functions, macros and methods can be called, by their names.")]
    [TestCase("{% macro m() %}{{ varargs }}{% endmacro %}", 1, 19, "'varargs' is not supported.")]
    public void What_is_not_supported_is_named_with_its_place(string source, int line, int column, string problem)
    {
        ChatTemplateException exception = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Compile(source))!;
        Assert.That((exception.Problem, exception.Line, exception.Column), Is.EqualTo((problem, line, column)));
        Assert.That(exception.Message, Is.EqualTo($"Chat template, line {line}, column {column}: {problem}"));
    }

    [TestCase("a\n{{ messages[0].content.missing.x }}", 2, 32, "'messages[…].content.missing' is undefined.")]
    [TestCase("{{ raise_exception('Roles ' ~ 'alternate') }}", 1, 4, "Roles alternate")]
    [TestCase("{{ 'x' % 1 }}", 1, 8, "formatting with '%' is not supported; use '~' or format().")]
    [TestCase("{{ '{:>5}'.format(1) }}", 1, 12, "'format' has no field ':>5'; conversions and format specifications are not supported.")]
    [TestCase("{{ 'a' | join(x=1) }}", 1, 10, "'join' has no parameter 'x'.")]
    [TestCase("{{ strftime_now('%Q') }}", 1, 4, "the date field '%Q' is not supported.")]
    [TestCase("{{ range }}", 1, 1, "a function cannot be written as text.")]
    public void What_goes_wrong_in_rendering_is_told_with_its_place(string source, int line, int column, string problem)
    {
        ChatTemplate template = ChatTemplate.Compile(source);
        ChatTemplateException exception = Assert.Throws<ChatTemplateException>(
            () => template.Render([new Microsoft.Extensions.AI.ChatMessage(Microsoft.Extensions.AI.ChatRole.User, "x")]))!;
        Assert.That((exception.Problem, exception.Line, exception.Column), Is.EqualTo((problem, line, column)));
        Assert.That(exception.RaisedByTemplate, Is.EqualTo(problem == "Roles alternate"));
    }
}
