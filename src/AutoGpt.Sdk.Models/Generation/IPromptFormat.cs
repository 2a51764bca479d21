using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>How a prompt becomes the token ids a model reads. Thread-safe.</summary>
public interface IPromptFormat
{
    /// <summary>The ids of a prompt, control tokens included.</summary>
    /// <param name="prompt">The prompt; its <see cref="Prompt.Text"/> is null.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    int[] Format(Prompt prompt, ITokenizer tokenizer);
}

/// <summary>A readable layout for models without a format of their own: instructions, titled sections, then the conversation.</summary>
public sealed class PlainPromptFormat : IPromptFormat
{
    /// <summary>The format.</summary>
    public static PlainPromptFormat Instance { get; } = new();

    /// <inheritdoc/>
    public int[] Format(Prompt prompt, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(tokenizer);
        StringBuilder text = new();
        if (prompt.Instructions is { } instructions)
        {
            text.Append(instructions).Append("\n\n");
        }

        foreach (Microsoft.Extensions.AI.AIFunctionDeclaration tool in prompt.Tools)
        {
            text.Append("tool ").Append(tool.Name).Append(": ").Append(tool.Description).Append(' ').Append(tool.JsonSchema.GetRawText()).Append(tool.ReturnJsonSchema is { } returns ? " returns " + returns.GetRawText() : "").Append('\n');
        }

        foreach (PromptSection section in prompt.Sections)
        {
            text.Append("# ").Append(section.Name).Append('\n').Append(section.Text).Append("\n\n");
        }

        foreach (Microsoft.Extensions.AI.ChatMessage message in prompt.Messages)
        {
            text.Append(message.Role.Value).Append(": ").Append(message.Text).Append('\n');
        }

        if (prompt.Messages.Count > 0)
        {
            text.Append("assistant:");
        }

        int[] ids = tokenizer.Encode(text.ToString());
        return tokenizer.BeginOfText is int begin ? [begin, .. ids] : ids;
    }
}
