namespace AutoGpt.Sdk;

/// <summary>
/// What a language model offers that can go on to its second choice: found with <see cref="ILanguageModel.GetService"/>. For whoever can tell a good
/// completion from a bad one, and would rather have the model's next best than a bad one.
/// </summary>
public interface ICandidateModel
{
    /// <summary>
    /// Lists completions of a prompt, no text twice: first the greedy one, then those that part from an earlier one at a token, greedy after it, the most
    /// probable parting first. At a token only the next best few are gone on with, so that the list need not hold every text. It is long: take as many as are wanted.
    /// </summary>
    /// <param name="prompt">What is put to the model.</param>
    /// <param name="options">How to generate, greedily; <see cref="GenerationOptions.MaxTokens"/> is of each completion. Default: greedily, 256 tokens at most.</param>
    /// <param name="cancellationToken">Ends the list within one token.</param>
    /// <returns>
    /// Completions. Where one parts from an earlier one, <see cref="GeneratedToken.ConstrainedLogProbability"/> is among what the earlier ones did not choose:
    /// who asks for it has ruled them out. The usage of each is what it took beyond those before it.
    /// </returns>
    /// <exception cref="NotSupportedException">The options ask for sampling or a penalty, and not for <see cref="GenerationOptions.AllowUnsupported"/>.</exception>
    /// <exception cref="AutoGptException">The prompt does not fit, or the model failed.</exception>
    IAsyncEnumerable<Completion> GenerateCandidatesAsync(
        Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default);
}
