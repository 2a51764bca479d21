namespace AutoGpt.Sdk.Models;

/// <summary>A tokenizer that may know more ends than <see cref="ITokenizer.EndOfText"/>, such as a chat model's end of a turn.</summary>
internal interface IStopTokens
{
    /// <summary>
    /// The control tokens at which generation stops: <see cref="ITokenizer.EndOfText"/>, where there is one, and the further ids that config.json lists.
    /// </summary>
    IReadOnlySet<int> StopTokens { get; }
}
