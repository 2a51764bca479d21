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
        if (prompt.Task != PromptTasks.Plan || prompt.Sections.FirstOrDefault(section => section.Name == GoalSection) is not { } goal)
        {
            throw new NotSupportedException("The model 'mini' only plans over the built-in tools; use a general model for anything else.");
        }

        string? feedback = prompt.Sections.FirstOrDefault(section => section.Name == FeedbackSection)?.Text;
        return MiniPrompt.Encode((BytePairTokenizer)tokenizer, goal.Text, feedback);
    }
}
