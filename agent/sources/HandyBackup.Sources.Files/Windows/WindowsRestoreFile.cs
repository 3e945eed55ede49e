using System.Buffers;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>A file that has a temporary name until it is complete. What is right of the file that exists is copied from there, not fetched.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsRestoreFile : IRestoreFile
{
    private const string Prefix = ".handybackup-";

    private readonly SourceItem _item;
    private readonly string _path;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private readonly SafeFileHandle? _earlier;
    private bool _isPlaced;

    private WindowsRestoreFile(SourceItem item, string path, string temporary, SafeFileHandle handle, SafeFileHandle? earlier)
    {
        _item = item;
        _path = path;
        _temporary = temporary;
        _handle = handle;
        _earlier = earlier;
    }

    public bool HasEarlierContent => _earlier is not null;

    /// <summary>Begins a file.</summary>
    /// <exception cref="SourceException">It cannot be made there, or does not fit.</exception>
    public static WindowsRestoreFile Create(SourceItem item, RestoreFileOptions options, string path)
    {
        string temporary = WindowsPath.Join(Path.GetDirectoryName(path)!, $"{Prefix}{Guid.NewGuid():N}");
        long reserved = options.HasEqualParts ? 0 : item.Size ?? 0;
        try
        {
            SafeFileHandle handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, preallocationSize: reserved);
            return new WindowsRestoreFile(item, path, temporary, handle, options.Existing is { Kind: SourceItemKind.File } ? TryOpen(path) : null);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    /// <summary>Removes unfinished files from a folder. One that is being written cannot be removed, because nothing else may open it.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (!Directory.Exists(folder))
        {
            // Nothing was restored there before.
            return;
        }

        foreach (string path in Directory.EnumerateFiles(folder, Prefix + "*"))
        {
            if (Guid.TryParseExact(Path.GetFileName(path)[Prefix.Length..], "N", out _))
            {
                try
                {
                    File.Delete(path);
                }
                catch (Exception exception) when (WindowsError.IsFileError(exception))
                {
                    // In use by another restore.
                }
            }
        }
    }

    public async ValueTask<bool> TryKeepAsync(long offset, int length, ReadOnlyMemory<byte> sha256, CancellationToken cancellationToken)
    {
        if (_earlier is null)
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            int done = 0;
            for (int read = 1; done < length && read > 0; done += read)
            {
                read = await RandomAccess.ReadAsync(_earlier, buffer.AsMemory(done, length - done), offset + done, cancellationToken);
            }

            if (done < length || !SHA256.HashData(buffer.AsSpan(0, length)).AsSpan().SequenceEqual(sha256.Span))
            {
                return false;
            }

            await WriteAsync(offset, buffer.AsMemory(0, length), cancellationToken);
            return true;
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(_handle, content, offset, cancellationToken);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    public ValueTask<IReadOnlyList<string>> CompleteAsync(SourceItemDetails details, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _handle.Dispose();
            _earlier?.Dispose();
            var file = new FileInfo(_temporary);
            IReadOnlyList<string> failures = WindowsMetadata.Apply(file, _item, details);
            WindowsRestoreTarget.MakeReplaceable(_path);
            file.MoveTo(_path, overwrite: true);
            _isPlaced = true;
            return new ValueTask<IReadOnlyList<string>>(failures);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            throw WindowsError.Writing(exception);
        }
    }

    /// <summary>Does nothing: a file that is not complete is always removed here, and what was completed is found again by its content.</summary>
    public void Suspend()
    {
    }

    public ValueTask DisposeAsync()
    {
        _handle.Dispose();
        _earlier?.Dispose();
        if (!_isPlaced && File.Exists(_temporary))
        {
            File.SetAttributes(_temporary, FileAttributes.Normal);
            File.Delete(_temporary);
        }

        return ValueTask.CompletedTask;
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (WindowsError.IsFileError(exception))
        {
            return null;
        }
    }
}
