using HandyBackup.Sources.Files.Sessions;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>An item with what Windows tells of it at the first look.</summary>
internal sealed class WindowsFileItem : FileItem
{
    public required uint Attributes { get; init; }

    public required SourceTime? Created { get; init; }

    /// <summary>True for a junction, which is a link like a symbolic one, but to a folder of this machine only.</summary>
    public bool IsJunction { get; init; }
}
