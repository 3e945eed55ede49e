using System.Management.Automation;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Module.Items;

namespace HandyBackup.Module.Commands;

/// <summary>Reads files of agents and of snapshots.</summary>
[Cmdlet(VerbsCommon.Get, "HBItemContent")]
[OutputType(typeof(string), typeof(byte), typeof(byte[]))]
public sealed class GetItemContentCommand : ItemCmdlet
{
    // What -Raw holds at once.
    private const int LargestRaw = 256 * 1024 * 1024;

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Give bytes instead of lines of text.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Give all of a file at once: as one text, or one array of bytes.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>So many lines, or bytes, and no more of the file; everything when omitted.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    [Alias("First", "Head")]
    public long TotalCount { get; set; } = long.MaxValue;

    /// <summary>How the bytes are to be read as text.</summary>
    [Parameter]
    [ValidateSet("utf8", "ascii", "latin1", "unicode", "bigendianunicode", "utf32")]
    public string Encoding { get; set; } = "utf8";

    private Encoding TextEncoding => Encoding.ToLowerInvariant() switch
    {
        "ascii" => System.Text.Encoding.ASCII,
        "latin1" => System.Text.Encoding.GetEncoding("iso-8859-1"),
        "unicode" => System.Text.Encoding.Unicode,
        "bigendianunicode" => System.Text.Encoding.BigEndianUnicode,
        "utf32" => System.Text.Encoding.UTF32,
        _ => System.Text.Encoding.UTF8,
    };

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        ItemQuery place = CreateQuery();
        foreach (string path in Path)
        {
            try
            {
                IAsyncEnumerable<ReadOnlyMemory<byte>> content = ItemContent.Read(session.Connection, place, ItemPath.Normalize(path), cancellationToken);
                await (Raw ? EmitWholeAsync(content, path, cancellationToken) : AsByteStream ? EmitBytesAsync(content, cancellationToken) : EmitLinesAsync(content, cancellationToken));
            }
            catch (HandyBackupException exception) when (!IsFatal(exception.Code) && !cancellationToken.IsCancellationRequested)
            {
                Report(exception);
            }
        }
    }

    private async Task EmitLinesAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        var lines = new TextLines(TextEncoding);
        long left = TotalCount;
        if (left == 0)
        {
            return;
        }

        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
            foreach (string line in lines.Add(part))
            {
                Emit(line);
                if (--left == 0)
                {
                    return;
                }
            }
        }

        foreach (string line in lines.End())
        {
            Emit(line);
        }
    }

    private async Task EmitBytesAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken)
    {
        long left = TotalCount;
        if (left == 0)
        {
            return;
        }

        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
            for (int i = 0; i < part.Length; i++)
            {
                Emit(part.Span[i]);
                if (--left == 0)
                {
                    return;
                }
            }
        }
    }

    private async Task EmitWholeAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> content, string path, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        await foreach (ReadOnlyMemory<byte> part in content.WithCancellation(cancellationToken))
        {
            if (all.Length + part.Length > LargestRaw)
            {
                throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{path}' is larger than what -Raw can give at once, which is {ByteSize.Format(LargestRaw)}.")
                {
                    Target = path,
                    Advice = "Read it without -Raw, or copy it with Copy-HBItem.",
                };
            }

            byte[] bytes = part.ToArray();
            all.Write(bytes, 0, bytes.Length);
        }

        if (AsByteStream)
        {
            Emit(all.ToArray());
            return;
        }

        all.Position = 0;
        using var reader = new StreamReader(all, TextEncoding, detectEncodingFromByteOrderMarks: true);
        Emit(reader.ReadToEnd());
    }
}
