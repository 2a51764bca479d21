namespace AutoGpt.Sdk.Models.Mini;

/// <summary>Makes the in-box model's prompts of the planner's sections. Other requests are refused: the model can only plan.</summary>
public sealed class MiniPromptFormat : IPromptFormat
{
    // The sections of PromptTasks.Plan.
    private const string GoalSection = "goal";
    private const string FeedbackSection = "feedback";

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The prompt asks for something other than a plan.</exception>
    public int[] Format(Prompt prompt, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        BytePairTokenizer words = (BytePairTokenizer)tokenizer;
        string? Section(string name) => prompt.Sections.FirstOrDefault(section => section.Name == name)?.Text;
        return prompt.Task == PromptTasks.Plan && Section(GoalSection) is { } goal
            ? MiniPrompt.Encode(words, goal, Section(FeedbackSection))
            : throw new NotSupportedException("The model 'mini' only plans over the built-in tools; use a general model for anything else.");
    }
}
