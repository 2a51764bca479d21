namespace AutoGpt.Sdk.Training;

/// <summary>The language that a text is probably in.</summary>
/// <param name="Language">Its code (BCP 47), such as <c>de</c>; <c>und</c> where the text has no letters of a known script.</param>
/// <param name="Confidence">How probable that is, from 0 to 1.</param>
public readonly record struct LanguageGuess(string Language, double Confidence);
