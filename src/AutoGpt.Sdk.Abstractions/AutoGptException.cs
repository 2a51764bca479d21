namespace AutoGpt.Sdk;

/// <summary>
/// The root of the exceptions this library throws on its own account: a broken file, a model that cannot do what was asked,
/// a native library that does not load. Failures of an agent's steps are data (<see cref="StepResult"/>), and argument errors
/// keep the exceptions of the base class library.
/// </summary>
public class AutoGptException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public AutoGptException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
