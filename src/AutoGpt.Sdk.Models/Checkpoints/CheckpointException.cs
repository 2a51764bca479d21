namespace AutoGpt.Sdk.Models;

/// <summary>
/// A checkpoint – weights, configuration or tokenizer – that is broken, incomplete or of a kind this library does not read. The message names
/// the file, what is wrong with it and what to do.
/// </summary>
public sealed class CheckpointException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="source">The file or resource.</param>
    /// <param name="problem">What is wrong, and what to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public CheckpointException(string source, string problem, Exception? innerException = null)
        : base($"{source}: {problem}", innerException)
    {
        File = source;
    }

    /// <summary>The file or resource the problem lies in.</summary>
    public string File { get; }
}
