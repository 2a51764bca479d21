using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Between language models and chat clients, both ways.</summary>
public static class ChatExtensions
{
    /// <summary>
    /// A language model as a chat client. Disposing the client leaves the model alone. Tools of the chat options are refused: the
    /// model answers in text. JSON without a schema is refused where the model decodes under a mask, which needs one. The default is
    /// greedy decoding, 256 tokens at most, as in <see cref="GenerationOptions"/>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="allowUnsupported">
    /// Answer although an option cannot be honoured, and name it in the response's additional property <c>notHonored</c>. Default
    /// false: a <see cref="NotSupportedException"/>.
    /// </param>
    public static IChatClient AsChatClient(this ILanguageModel model, bool allowUnsupported = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new LanguageModelChatClient(model, allowUnsupported);
    }

    /// <summary>
    /// A chat client as a language model, so that an agent can plan with any remote model. Where the provider reports no usage,
    /// tokens are estimated (a quarter of the characters) and the last update's <see cref="GenerationUpdate.NotHonored"/> says so.
    /// </summary>
    /// <param name="client">The client. Not disposed.</param>
    /// <param name="options">What the client cannot say of itself. Default: the defaults.</param>
    public static ILanguageModel AsLanguageModel(this IChatClient client, ChatLanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new ChatLanguageModel(client, options ?? new ChatLanguageModelOptions());
    }
}
