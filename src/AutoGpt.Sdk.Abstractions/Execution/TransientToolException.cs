namespace AutoGpt.Sdk;

/// <summary>By this a tool says that the same call may well succeed a little later: a service that is busy, a lock that is held.</summary>
public sealed class TransientToolException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, in one line: planners read it when it does not pass.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public TransientToolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>How long to wait at least before the next call, where somebody said so. Null: whatever the caller thinks right.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
