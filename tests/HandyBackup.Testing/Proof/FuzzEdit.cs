using System.Buffers.Binary;
using System.Text;

namespace HandyBackup.Testing;

/// <summary>One alteration of valid bytes. Any numbers make one.</summary>
/// <param name="Position">Where; counted round and round.</param>
/// <param name="Kind">What is done; counted round and round.</param>
/// <param name="Value">How.</param>
public readonly record struct FuzzEdit(int Position, int Kind, int Value)
{
    private static readonly string[] s_values =
        ["null", "-1", "0", "1e999", "99999999999999999999999", "2147483647", "4294967295", "[]", "[null]", "{}", "[{}]", "\"\"", "\"x\"", "true", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00Z\""];

    private static readonly int[] s_numbers = [0, 1, -1, int.MaxValue, int.MinValue, 0xFFFF, 0x10000, 1 << 30];

    /// <summary>Alters bytes, one edit after the other.</summary>
    public static byte[] Apply(IReadOnlyList<byte> valid, IEnumerable<FuzzEdit> edits)
    {
        List<byte> bytes = [.. valid];
        foreach (FuzzEdit edit in edits)
        {
            edit.Apply(bytes);
        }

        return [.. bytes];
    }

    private void Apply(List<byte> bytes)
    {
        int at = bytes.Count == 0 ? 0 : Math.Abs(Position % bytes.Count);
        int length = Math.Min(1 + Math.Abs(Value % 40), bytes.Count - at);
        switch (Math.Abs(Kind % 9))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << (Value & 7));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)Value;
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(at, Encoding.UTF8.GetBytes(s_values[Math.Abs(Value % s_values.Length)]));
                break;
            case 5 or 6:
                ReplaceValue(bytes, at);
                break;
            case 7 when bytes.Count - at >= sizeof(int):
                byte[] number = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(number, s_numbers[Math.Abs(Value % s_numbers.Length)]);
                bytes.RemoveRange(at, number.Length);
                bytes.InsertRange(at, number);
                break;
            case 8 when Value % 4 == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 8 when Value % 4 == 1:
                bytes.InsertRange(at, Enumerable.Repeat((byte)"[{\"0"[Math.Abs(Position % 4)], 2000));
                break;
            default:
                bytes.Insert(at, (byte)Value);
                break;
        }
    }

    // As if the bytes were JSON: the value after the next colon becomes another one.
    private void ReplaceValue(List<byte> bytes, int at)
    {
        int colon = bytes.IndexOf((byte)':', at);
        if (colon < 0)
        {
            return;
        }

        int end = bytes.FindIndex(colon, value => value is (byte)',' or (byte)'}');
        bytes.RemoveRange(colon + 1, (end < 0 ? bytes.Count : end) - colon - 1);
        bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(s_values[Math.Abs(Value % s_values.Length)]));
    }
}
