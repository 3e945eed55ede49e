namespace HandyBackup.HelpBuilder;

/// <summary>A help page that is missing, incomplete or about something that does not exist.</summary>
/// <param name="page">The page's file.</param>
/// <param name="message">What is wrong with it.</param>
public sealed class HelpPageException(string page, string message) : Exception(message)
{
    /// <summary>The page's file.</summary>
    public string Page { get; } = page;
}
