namespace AutoGpt.Sdk.Training;

/// <summary>Training cannot go on: the loss is no longer finite, or a checkpoint does not fit the run.</summary>
public sealed class TrainingException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public TrainingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
