namespace AutoGpt.Sdk.Models;

/// <summary>
/// Prompts as a model wants them: by its chat template where it has one (<see cref="ChatPromptFormat"/>), in the general layout where it has none
/// (<see cref="PlainPromptFormat"/>). The template is read when the first prompt is made, so that a model whose template is not supported still continues
/// texts. Thread-safe.
/// </summary>
public sealed class ModelPromptFormat : IPromptFormat
{
    private readonly Lazy<IPromptFormat> _format;

    /// <summary>Creates the format.</summary>
    /// <param name="path">The model: a GGUF file, or a folder as Hugging Face lays it out.</param>
    /// <param name="options">What the template is rendered with. Default: the model's special tokens.</param>
    public ModelPromptFormat(string path, ChatTemplateOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _format = new(() => ModelChatTemplate.Open(path) is { } template ? new ChatPromptFormat(template, options) : PlainPromptFormat.Instance);
    }

    /// <inheritdoc/>
    /// <exception cref="CheckpointException">The template cannot be read or compiled.</exception>
    /// <exception cref="ChatTemplateException">The template refuses the conversation, is at fault or reaches a limit.</exception>
    public int[] Format(Prompt prompt, ITokenizer tokenizer) => _format.Value.Format(prompt, tokenizer);
}
