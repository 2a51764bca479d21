namespace AutoGpt.Sdk.Models;

/// <summary>
/// A chat template that cannot be compiled – it uses what this library does not have – or rendered: it refused the conversation, a value has the
/// wrong type, or a limit was reached.
/// </summary>
public sealed class ChatTemplateException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">What is wrong; the place is put in front.</param>
    /// <param name="line">The line in the template, from 1.</param>
    /// <param name="column">The column in that line, from 1, in UTF-16 units.</param>
    /// <param name="raisedByTemplate">Whether the template itself refused, by <c>raise_exception</c>.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ChatTemplateException(string problem, int line, int column, bool raisedByTemplate = false, Exception? innerException = null)
        : base($"Chat template, line {line}, column {column}: {problem}", innerException)
    {
        Problem = problem;
        Line = line;
        Column = column;
        RaisedByTemplate = raisedByTemplate;
    }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The line in the template, from 1.</summary>
    public int Line { get; }

    /// <summary>The column in that line, from 1, in UTF-16 units.</summary>
    public int Column { get; }

    /// <summary>Whether the template itself refused the conversation, by <c>raise_exception</c>.</summary>
    public bool RaisedByTemplate { get; }

    /// <summary>At an offset of a template's source.</summary>
    internal static ChatTemplateException At(string source, int offset, string problem, bool raisedByTemplate = false)
    {
        ReadOnlySpan<char> before = source.AsSpan(0, Math.Min(offset, source.Length));
        return new ChatTemplateException(problem, before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), raisedByTemplate);
    }
}
