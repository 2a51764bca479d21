namespace AutoGpt.Sdk.Training;

/// <summary>Training data that cannot be used: a file that is empty, mis-encoded or malformed, or a record that does not serve. The message says where and what to do.</summary>
public sealed class DatasetException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="place">Where the fault lies.</param>
    /// <param name="problem">What is wrong, and what to do about it.</param>
    /// <param name="position">Byte of the file at which the fault lies, from 0, where it has one.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DatasetException(RecordPlace place, string problem, long? position = null, Exception? innerException = null)
        : base($"{place}: {problem}", innerException)
    {
        Place = place;
        Position = position;
    }

    /// <summary>Where the fault lies.</summary>
    public RecordPlace Place { get; }

    /// <summary>Byte of the file at which the fault lies, from 0; null where it has no such place.</summary>
    public long? Position { get; }
}
