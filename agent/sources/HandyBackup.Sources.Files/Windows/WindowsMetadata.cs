using System.Runtime.Versioning;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>Sets times and attributes, in this order, as a read-only file takes no times. What cannot be set is told, not thrown.</summary>
[SupportedOSPlatform("windows")]
internal static class WindowsMetadata
{
    // What SetFileAttributes takes: read-only, hidden, system, archive, temporary, offline, not indexed (fileapi.h).
    private const FileAttributes Settable = FileAttributes.ReadOnly | FileAttributes.Hidden | FileAttributes.System | FileAttributes.Archive
        | FileAttributes.Temporary | FileAttributes.Offline | FileAttributes.NotContentIndexed;

    public static IReadOnlyList<string> Apply(FileSystemInfo file, SourceItem item, SourceItemDetails details)
    {
        List<string> failures = [];
        Try(failures, "Creation time", () => SetTime(details.Created, time => file.CreationTimeUtc = time));
        Try(failures, "Time", () => SetTime(item.Modified, time => file.LastWriteTimeUtc = time));
        if (details.WindowsAttributes is { } attributes)
        {
            Try(failures, "Attributes", () => file.Attributes = (FileAttributes)attributes & Settable);
        }

        return failures;
    }

    private static void SetTime(SourceTime? time, Action<DateTime> set)
    {
        if (time is { } value)
        {
            set(WindowsTime.ToDateTime(value) ?? throw new NotSupportedException("Windows cannot keep a time so far away."));
        }
    }

    private static void Try(List<string> failures, string what, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            failures.Add($"{what}: {exception.Message}");
        }
    }
}
