namespace AutoGpt.Sdk.Models;

/// <summary>A fault of an operation that does not know its place; the renderer puts the place of the expression to it.</summary>
internal sealed class TemplateFaultException(string problem, bool raisedByTemplate = false) : Exception(problem)
{
    public bool RaisedByTemplate => raisedByTemplate;
}
