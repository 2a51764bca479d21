using System.Runtime.InteropServices;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Output;

/// <summary>What is told of an exception that input can cause: one line, whatever a model's file wrote into it.</summary>
internal static class Problem
{
    /// <summary>The line, or null for an exception that is a fault of the program.</summary>
    public static string? Of(Exception exception) => exception switch
    {
        OutOfMemoryException => "There is not enough memory for that.",
        OverflowException => "A size that follows from the options or the model is too large.",
        // libtorch appends its own stack, a line a frame.
        ExternalException => "Native code failed: " + Line(exception.Message.Split('\n')[0]),
        AutoGptException or ArgumentException or IOException or UnauthorizedAccessException or NotSupportedException or FormatException => Line(exception.Message),
        _ => null,
    };

    private static string Line(string message) => Printable.Line(message, 1000);
}
