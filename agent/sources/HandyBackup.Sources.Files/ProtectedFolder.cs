namespace HandyBackup.Sources.Files;

/// <summary>A folder of the backup program itself, which keeps its keys there: it is shown, and nothing else is done with it for somebody elsewhere.</summary>
internal static class ProtectedFolder
{
    /// <summary>Why a backup has nothing of such a folder.</summary>
    /// <param name="folder">The protected folder, as the agent named it.</param>
    public static string LeaveOut(string folder) =>
        $"It is left out: it belongs to the backup program itself, which keeps its keys in '{folder}', and restored on another machine they would make two of one.";

    /// <summary>The error for something in such a folder, or for the folder itself.</summary>
    /// <param name="folder">The protected folder, as the agent named it.</param>
    /// <param name="place">What was to be used, where the error would not show it otherwise.</param>
    public static SourceException Refuse(string folder, string? place = null) =>
        new(SourceError.Protected, $"{(place is null ? "It" : $"'{place}'")} belongs to the backup program itself, which keeps its keys in '{folder}'.")
        {
            Advice = "Choose another place.",
        };
}
