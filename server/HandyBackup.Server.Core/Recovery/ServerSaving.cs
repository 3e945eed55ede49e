using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Saves a server while it works: one backup at a time, since each takes memory for its password and space for a copy of the catalog. Safe to share between threads.</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="key">The server's key.</param>
/// <param name="describe">Says what the server is at this moment.</param>
/// <param name="folder">Where the copy lies while it is sent; what is in there is removed.</param>
/// <param name="cost">What guessing a backup's password shall cost.</param>
internal sealed class ServerSaving(SqliteCatalog catalog, ServerKeyFile key, Func<CancellationToken, Task<ServerBackupManifest>> describe, string folder, PasswordCost cost)
{
    /// <summary>What guessing costs unless somebody says otherwise. libsodium calls it moderate: 3 passes over 256 MiB.</summary>
    public static readonly PasswordCost DefaultCost = new(3, 256 << 20);

    private const int PartSize = 128 * 1024;
    private const int MostAhead = 1024 * 1024;

    private readonly TurnTaking _turns = new();

    /// <summary>Makes a backup, as <see cref="IServerInfo.BackUpAsync"/> says.</summary>
    public async IAsyncEnumerable<ServerBackupPart> SaveAsync(BackUpServerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PasswordRule.Check(request.Password?.Value, "");
        using IDisposable turn = await _turns.WaitAsync(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: MostAhead, resumeWriterThreshold: MostAhead / 2, useSynchronizationContext: false));
        Task writing = Task.CompletedTask;
        try
        {
            // In this order: what happens in between is in the copy, and must not count as lost.
            ServerBackupManifest manifest = await describe(cancellationToken);
            string copy = await CopyCatalogAsync(cancellationToken);
            yield return new ServerBackupPart { Backup = manifest.Describe(), Content = [] };
            writing = WriteAsync(pipe.Writer, request.Password!, manifest, copy, ended.Token);
            await foreach (byte[] content in ReadAsync(pipe.Reader, cancellationToken))
            {
                yield return new ServerBackupPart { Content = content };
            }

            await writing;
        }
        finally
        {
            await ended.CancelAsync();
            await pipe.Reader.CompleteAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Forget();
        }
    }

    private static async IAsyncEnumerable<byte[]> ReadAsync(PipeReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAtLeastAsync(PartSize, cancellationToken);
            if (result.Buffer.IsEmpty)
            {
                yield break;
            }

            var part = result.Buffer.Slice(0, Math.Min(PartSize, result.Buffer.Length));
            byte[] content = System.Buffers.BuffersExtensions.ToArray(part);
            reader.AdvanceTo(part.End);
            yield return content;
        }
    }

    // A backup that was torn off, by the end of the process even, leaves its copy behind; the next one removes it.
    private async Task<string> CopyCatalogAsync(CancellationToken cancellationToken)
    {
        Forget();
        string copy = Path.Join(folder, "catalog.db");
        try
        {
            Directory.CreateDirectory(folder);
            using var file = new FileStream(copy, DataFile.OwnerOnly(FileMode.CreateNew));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
        }

        await catalog.CopyToAsync(copy, cancellationToken);
        return copy;
    }

    private async Task WriteAsync(PipeWriter writer, Secret password, ServerBackupManifest manifest, string copy, CancellationToken cancellationToken)
    {
        byte[] secret = key.Load();
        try
        {
            await ServerBackupFile.WriteAsync(writer.AsStream(leaveOpen: true), password, cost, manifest, secret, copy, cancellationToken);
            await writer.CompleteAsync();
        }
        catch (Exception exception)
        {
            // The reader gets it, after all that was written before.
            await writer.CompleteAsync(exception is IOException or UnauthorizedAccessException ? Unusable(exception) : exception);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private void Forget()
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(exception);
        }
    }

    private HandyBackupException Unusable(Exception cause) => new(ErrorCode.DataPathUnusable, $"The copy of the catalog in '{folder}' cannot be made or read: {cause.Message}", cause)
    {
        Target = folder,
        Advice = "See that the server's account may write there, and that as much space is left as the catalog takes.",
    };
}
