using System.Globalization;
using System.Text.Json;

namespace HandyBackup.Contracts;

/// <summary>Walks the JSON text of a tree from node to node.</summary>
internal sealed class TreeCursor(ReadOnlyMemory<byte> json) : IDisposable
{
    private readonly NodeDecoder _decoder = new();
    private JsonReaderState _state;
    private int _position;
    private Place _place = Place.BeforeTree;

    private enum Place
    {
        BeforeTree,
        InNodes,
        AfterTree,
    }

    /// <summary>Reads the next node; null after the last one, when the rest of the text has been found sound.</summary>
    public TreeNode? ReadNext()
    {
        var reader = new Utf8JsonReader(json.Span.Slice(_position), isFinalBlock: true, _state);
        try
        {
            TreeNode? node = ReadNext(ref reader);
            _position += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            return node;
        }
        catch (JsonException exception)
        {
            // The text of the parser's exception counts lines from where it was restarted, so only the position is used.
            throw Damaged(reader.BytesConsumed, "this is not valid JSON", exception);
        }
        catch (FormatException exception)
        {
            throw Damaged(reader.TokenStartIndex, exception.Message, null);
        }
    }

    public void Dispose() => _decoder.Dispose();

    private TreeNode? ReadNext(ref Utf8JsonReader reader)
    {
        if (_place == Place.BeforeTree)
        {
            Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "an object must begin here");
            _place = FindNodes(ref reader) ? Place.InNodes : throw new FormatException("the list of nodes is missing");
        }

        if (_place == Place.InNodes)
        {
            if (reader.TokenType == JsonTokenType.Null)
            {
                return Finish(ref reader);
            }

            reader.Read();
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                return Finish(ref reader);
            }

            Require(reader.TokenType == JsonTokenType.StartObject, "a node must begin here");
            return _decoder.Read(ref reader, json.Span.Slice(_position));
        }

        return null;
    }

    // Leaves the reader on the token that begins the list. restic allows unknown fields before and after (internal/data/tree.go).
    private static bool FindNodes(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isNodes = reader.ValueTextEquals("nodes"u8);
            reader.Read();
            if (isNodes)
            {
                Require(reader.TokenType is JsonTokenType.StartArray or JsonTokenType.Null, "a list of nodes must begin here");
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private TreeNode? Finish(ref Utf8JsonReader reader)
    {
        Require(!FindNodes(ref reader), "there is a second list of nodes");

        // Fails if anything but white space follows.
        reader.Read();
        _place = Place.AfterTree;
        return null;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise);
        }
    }

    private HandyBackupException Damaged(long offset, string what, Exception? cause) =>
        new(ErrorCode.TreeDamaged, $"The tree cannot be understood at byte {(_position + offset).ToString(CultureInfo.InvariantCulture)}: {what}.", cause);
}
