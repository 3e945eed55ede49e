using HandyBackup.Contracts;

namespace HandyBackup.Module.Items.Copying;

/// <summary>
/// Copies to this machine, by the rules of a restore: the names are checked, no link below the destination is followed, and a file is written under another name first. It
/// is the user's own machine: somebody else who may write below the destination while the copy runs is not guarded against.
/// </summary>
/// <param name="destination">The folder, absolute.</param>
/// <param name="overwrite">What happens to files that exist.</param>
internal sealed class LocalTarget(string destination, OverwritePolicy overwrite) : ICopyTarget
{
#if NET
    private const int KeptMode = 0x1FF;
#endif

    public Task<WrittenItem> WriteFolderAsync(CopiedItem folder, bool isFinished, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string place = Locate(folder.Path);
        RefuseLink(place, folder.Path);
        return Translate(place, () =>
        {
            RestoreAction action = Directory.Exists(place) ? RestoreAction.Merge : RestoreAction.Create;
            DirectoryInfo made = Directory.CreateDirectory(place);
            if (isFinished)
            {
                SetMetadata(made, folder);
            }

            return Task.FromResult(new WrittenItem { Action = action });
        });
    }

    public async Task<WrittenItem> WriteFileAsync(CopiedItem file, ICopySource source, CancellationToken cancellationToken)
    {
        string place = Locate(file.Path);
        var existing = new FileInfo(place);
        bool isNew = !existing.Exists;
        if (Directory.Exists(place) || (!isNew && !MayReplace(file, existing)))
        {
            return new WrittenItem { Action = Directory.Exists(place) ? RestoreAction.Refuse : RestoreAction.Skip, Reason = "Something exists in its place." };
        }

        string temporary = Path.Combine(Path.GetDirectoryName(place)!, $".handybackup-{Guid.NewGuid():N}");
        try
        {
            long length = await Translate(place, () => FillAsync(temporary, source.ReadAsync(file, cancellationToken), cancellationToken));
            return await Translate(place, () =>
            {
                SetMetadata(new FileInfo(temporary), file);
                Replace(temporary, place);
                return Task.FromResult(new WrittenItem { Action = isNew ? RestoreAction.Create : RestoreAction.Replace, Bytes = length });
            });
        }
        catch
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw;
        }
    }

    private static async Task<long> FillAsync(string path, IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream stream = Create(path);
        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
#if NET
            stream.Write(part.Span);
#else
            byte[] bytes = part.ToArray();
            stream.Write(bytes, 0, bytes.Length);
#endif
        }

        stream.Flush(flushToDisk: true);
        return stream.Length;
    }

    // Nobody else may read it before its own rights are set.
    private static FileStream Create(string path)
    {
#if NET
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
#else
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1);
#endif
    }

    private static void SetMetadata(FileSystemInfo written, CopiedItem item)
    {
#if NET
        if (item.Mode is { } mode && !OperatingSystem.IsWindows())
        {
            written.UnixFileMode = (UnixFileMode)(mode & KeptMode);
        }
#endif
        if (item.Modified is { } modified)
        {
            written.LastWriteTimeUtc = modified.UtcDateTime;
        }
    }

    private static void Replace(string temporary, string place)
    {
#if NET
        File.Move(temporary, place, overwrite: true);
#else
        if (File.Exists(place))
        {
            File.Replace(temporary, place, destinationBackupFileName: null);
        }
        else
        {
            File.Move(temporary, place);
        }
#endif
    }

    private static async Task<T> Translate<T>(string place, Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.ItemNotRestored, $"'{place}' cannot be written: {exception.Message}", exception) { Target = place };
        }
    }

    private bool MayReplace(CopiedItem file, FileInfo existing) => overwrite switch
    {
        OverwritePolicy.Always => true,
        OverwritePolicy.IfNewer => file.Modified > existing.LastWriteTimeUtc,
        OverwritePolicy.IfChanged => file.Size != existing.Length || file.Modified != new DateTimeOffset(existing.LastWriteTimeUtc),
        _ => false,
    };

    private string Locate(string path)
    {
        string place = destination;
        foreach (string name in path.Split('/'))
        {
            string next = Path.Combine(place, LocalName.FromItem(name));
            if (place.Length > destination.Length)
            {
                RefuseLink(place, path);
            }

            place = next;
        }

        return place;
    }

    private static void RefuseLink(string folder, string path)
    {
        var info = new DirectoryInfo(folder);
        if (info.Exists && info.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            throw new HandyBackupException(ErrorCode.DestinationEscapes, $"'{folder}' is a link in the place of a folder.")
            {
                Target = path,
                Advice = "Remove the link, or copy into another folder.",
            };
        }
    }
}
