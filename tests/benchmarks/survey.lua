-- Each request sends the next body of a file, as the surveyor whose key stands before it. Threads take turns in the file.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  local mine, line = {}, 0
  for row in io.lines(arguments[1]) do
    if line % 2 == number then
      local key, body = row:match("^([^\t]+)\t(.*)$")
      mine[#mine + 1] = {key, body}
    end
    line = line + 1
  end
  rows, at = mine, 0
end

function request()
  at = at + 1
  if at > #rows then
    io.stderr:write("the file has too few bodies\n")
    os.exit(1)
  end
  local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. rows[at][1]}
  return wrk.format("POST", nil, headers, rows[at][2])
end
