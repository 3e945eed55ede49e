namespace HandyBackup.HelpBuilder;

/// <summary>An example on a help page.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Code">The commands.</param>
/// <param name="Remarks">Paragraphs on what happens.</param>
public sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);
