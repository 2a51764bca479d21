namespace AutoGpt.Sdk.Models;

/// <summary>What one rendering shares: its budget and its clock.</summary>
internal sealed record RenderState(RenderBudget Budget, TimeProvider Time)
{
    public TextValue Text(TemplateValue value) => PythonText.Of(value, Budget);

    public IReadOnlyList<TemplateValue> Items(TemplateValue value) => ValueIteration.Items(value, Budget);

    /// <summary>A text that an operation reads or writes as a whole counts as steps and, once, as characters made.</summary>
    public TextValue Charge(TextValue text)
    {
        Budget.Step(text.Text.Length / 16);
        Budget.Produce(text.Text.Length);
        return text;
    }
}
