using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Wire;

/// <summary>
/// Writes an error code as its name. Codes may be added within a protocol version, so an older reader meets names it does not
/// know: it takes them as <see cref="ErrorCode.InternalError"/>, and the message still says what happened.
/// </summary>
internal sealed class ErrorCodeJsonConverter : JsonConverter<ErrorCode>
{
    public override ErrorCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string name = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("The name of an error code is expected.");

        // TryParse takes digits too; comparing with the name does not.
        return Enum.TryParse(name, ignoreCase: false, out ErrorCode code) && code.ToString() == name ? code : ErrorCode.InternalError;
    }

    public override void Write(Utf8JsonWriter writer, ErrorCode value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
