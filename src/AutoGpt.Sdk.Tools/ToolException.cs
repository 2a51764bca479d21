namespace AutoGpt.Sdk.Tools;

/// <summary>A tool that could not do what it was asked: a file that is not there, a column nobody knows, a division by zero.</summary>
public class ToolException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong and what there is instead, in one line: planners read it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>Arguments that do not fit a tool's parameters.</summary>
public sealed class ToolArgumentException : ToolException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="problem">What is wrong with which argument, and what is expected.</param>
    public ToolArgumentException(string tool, string problem)
        : base($"{tool}: {problem}")
    {
    }
}
