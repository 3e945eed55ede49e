namespace HandyBackup.Sources.Files.Tests;

/// <summary>Reads a tree through a session and writes it through a restore target, as a backup and a restore would, with nothing in between.</summary>
internal static class TreeCopy
{
    /// <summary>Copies what is in a folder into another; gives back what of the metadata could not be set.</summary>
    public static async Task<List<string>> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        var source = new FilesSource(new FilesOptions());
        await using ISourceSession session = await source.OpenAsync(Request(from), cancellationToken);
        await using IRestoreTarget target = await source.OpenTargetAsync(to, [], cancellationToken);
        SourceItem? top = await session.FindAsync(EscapedText.ToBytes(from[1..]), cancellationToken);
        var copy = new Copy(session, target, cancellationToken);
        await copy.FolderAsync(top, null);
        return copy.Failures;
    }

    /// <summary>A request for one path that fails the test at any issue.</summary>
    public static SourceSessionRequest Request(params string[] paths) =>
        new() { Paths = paths, ApplyExcludes = true, OnIssue = issue => Assert.Fail($"{EscapedText.ToText(issue.Path.Span)}: {issue.Error}: {issue.Reason}") };

    /// <summary>The item as a restore sees it: at another place.</summary>
    public static SourceItem At(SourceItem item, SourceItem? parent) => new()
    {
        Parent = parent,
        Name = item.Name,
        Kind = item.Kind,
        Size = item.Size,
        Modified = item.Modified,
        Mode = item.Mode,
        UserId = item.UserId,
        GroupId = item.GroupId,
        Inode = item.Inode,
        DeviceId = item.DeviceId,
        Links = item.Links,
        Device = item.Device,
    };

    private sealed class Copy(ISourceSession session, IRestoreTarget target, CancellationToken cancellationToken)
    {
        private readonly Dictionary<ulong, SourceItem> _firstLinks = [];

        public List<string> Failures { get; } = [];

        public async Task FolderAsync(SourceItem? folder, SourceItem? placed)
        {
            await foreach (SourceItem item in session.ListAsync(folder, cancellationToken))
            {
                SourceItem place = At(item, placed);
                SourceItemDetails details = await session.GetDetailsAsync(item, cancellationToken);
                if (item.Kind == SourceItemKind.Folder)
                {
                    await target.CreateFolderAsync(place, cancellationToken);
                    await FolderAsync(item, place);
                    Failures.AddRange(await target.FinishFolderAsync(place, details, cancellationToken));
                }
                else if (item.Links > 1 && _firstLinks.TryGetValue(item.Inode, out SourceItem? first))
                {
                    await target.CreateHardLinkAsync(place, first, cancellationToken);
                }
                else
                {
                    _firstLinks.TryAdd(item.Inode, place);
                    Failures.AddRange(item.Kind == SourceItemKind.File
                        ? await FileAsync(item, place, details)
                        : await target.CreateSpecialAsync(place, details, cancellationToken));
                }
            }
        }

        private async Task<IReadOnlyList<string>> FileAsync(SourceItem item, SourceItem place, SourceItemDetails details)
        {
            await using ISourceReader reader = await session.OpenReadAsync(item, cancellationToken);
            await using IRestoreFile file = await target.CreateFileAsync(place, RestoreFileOptions.None, cancellationToken);
            byte[] buffer = new byte[1 << 20];
            long offset = 0;
            while (await reader.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                await file.WriteAsync(offset, buffer.AsMemory(0, read), cancellationToken);
                offset += read;
            }

            Assert.False(await reader.WasChangedAsync(cancellationToken));
            return await file.CompleteAsync(details, cancellationToken);
        }
    }
}
